"""HTML from escaped parts only, for messages that are sent to Telegram."""

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString


def html(template: str | Promise, **parts: object) -> SafeString:
    """Our own (translated) template with everything from outside escaped. `format_html` wants at least one part."""
    return format_html(str(template), **parts) if parts else SafeString(template)
