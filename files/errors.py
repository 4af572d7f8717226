"""What can be wrong with files that somebody gives."""

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Problem


class FileTooBig(Invalid):
    """Params: name, limit in MB."""

    code = "file_too_big"
    text = _("The file “%(name)s” is larger than %(limit)s MB. Nothing has been sent.")


class FileEmpty(Invalid):
    """Params: name."""

    code = "file_empty"
    text = _("The file “%(name)s” is empty. Nothing has been sent.")


class TooManyFiles(Invalid):
    """Params: limit."""

    code = "too_many_files"
    text = _("At most %(limit)s files can be sent at once. Nothing has been sent.")


class StorageFull(Problem):
    """The storage did not take the content: no room, or it does not answer."""

    code = "storage_full"
    status = 507
    text = _(
        "There is no room for files at the moment. Nothing has been sent; please try again later or without files."
    )
