"""What is tidied up."""

from celery import shared_task

from accounts.actions.idempotency import forget_old_calls


@shared_task(name="accounts.tidy", ignore_result=True)
def tidy() -> None:
    """Remove idempotency keys that are a week old."""
    forget_old_calls()
