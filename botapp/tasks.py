"""The inbox's own housekeeping."""

from celery import shared_task

from botapp.inbox import purge


@shared_task(name="botapp.purge_inbox", ignore_result=True)
def purge_inbox() -> None:
    """Remove what was handled more than a week ago."""
    purge()
