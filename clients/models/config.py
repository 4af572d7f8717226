"""What superusers set up without code: kinds of documents, questionnaires, templates, reasons, the consent."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.enums import DateCheck, FileType, QuestionType
from clients.models.fields import NAME_LIMIT, TEXT_LIMIT, InBothLanguages, person

MEGABYTES_AT_MOST = 20
PAGES_AT_MOST = 10
check_code = RegexValidator(r"^[a-z][a-z0-9_]{0,39}\Z", _("Small Latin letters, digits and _; a letter first."))


class DocumentKind(InBothLanguages):
    """A kind of document that can be asked for. One that is switched off is neither asked for nor taken."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[check_code])
    name_ru = models.CharField(_("name in Russian"), max_length=NAME_LIMIT)
    name_en = models.CharField(_("name in English"), max_length=NAME_LIMIT, blank=True)
    instruction_ru = models.TextField(
        _("instruction in Russian"), max_length=TEXT_LIMIT, blank=True,
        help_text=_("What the client reads: how to take the picture, what must be seen."),
    )  # fmt: skip
    instruction_en = models.TextField(_("instruction in English"), max_length=TEXT_LIMIT, blank=True)
    types = ArrayField(
        models.CharField(max_length=8, choices=FileType),
        verbose_name=_("taken as"),
        default=list,
        help_text=_("What is not chosen here is refused at once, with a word on what is taken."),
    )
    megabytes = models.PositiveSmallIntegerField(
        _("size at most, MB"), default=MEGABYTES_AT_MOST,
        validators=[MinValueValidator(1), MaxValueValidator(MEGABYTES_AT_MOST)],
    )  # fmt: skip
    pages = models.PositiveSmallIntegerField(
        _("pictures or files at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(PAGES_AT_MOST)]
    )
    text_allowed = models.BooleanField(_("a text is taken instead"), default=False)
    retention_days = models.PositiveIntegerField(
        _("days of keeping"), default=365, validators=[MinValueValidator(1), MaxValueValidator(36500)],
        help_text=_("Counted from the end of the request; then the document is deleted, and the journal says so."),
    )  # fmt: skip
    enabled = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("kind of document")
        verbose_name_plural = _("kinds of documents")
        ordering = ["name_ru"]

    def __str__(self) -> str:
        return self.said("name")


class Questionnaire(InBothLanguages):
    """A list of questions that the bot asks one by one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[check_code])
    name_ru = models.CharField(_("name in Russian"), max_length=NAME_LIMIT)
    name_en = models.CharField(_("name in English"), max_length=NAME_LIMIT, blank=True)
    instruction_ru = models.TextField(_("instruction in Russian"), max_length=TEXT_LIMIT, blank=True)
    instruction_en = models.TextField(_("instruction in English"), max_length=TEXT_LIMIT, blank=True)
    retention_days = models.PositiveIntegerField(
        _("days of keeping"), default=365, validators=[MinValueValidator(1), MaxValueValidator(36500)],
        help_text=_("Of the answers themselves; what has landed on the client’s card stays there until erasure."),
    )  # fmt: skip
    enabled = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["name_ru"]

    def __str__(self) -> str:
        return self.said("name")


class Question(InBothLanguages):
    """One question. A request keeps its questions as they were when it was opened (`frozen`)."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField(pgettext_lazy("place in a list", "order"), default=10)
    key = models.CharField(
        _("field of the card"), max_length=40, validators=[check_code],
        help_text=_("Where the answer lands: full_name, phone, address, company, city, birth_date or one of your own."),
    )  # fmt: skip
    type = models.CharField(_("type"), max_length=10, choices=QuestionType, default=QuestionType.TEXT)
    text_ru = models.CharField(_("question in Russian"), max_length=300)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)
    hint_ru = models.CharField(_("hint in Russian"), max_length=300, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=300, blank=True)
    required = models.BooleanField(_("must be answered"), default=True)
    choices_ru = models.TextField(_("choices in Russian"), blank=True, help_text=_("One a line."))
    choices_en = models.TextField(_("choices in English"), blank=True)
    least = models.DecimalField(_("number at least"), max_digits=14, decimal_places=2, null=True, blank=True)
    most = models.DecimalField(_("number at most"), max_digits=14, decimal_places=2, null=True, blank=True)
    length = models.PositiveSmallIntegerField(
        _("characters at most"), default=200, validators=[MinValueValidator(1), MaxValueValidator(TEXT_LIMIT)]
    )
    date_check = models.CharField(_("which dates"), max_length=6, choices=DateCheck, default=DateCheck.ANY, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="question_key_once"),
        ]

    def __str__(self) -> str:
        return self.said("text")

    def frozen(self) -> dict[str, Any]:
        """The question as a request keeps it."""
        russian, english = (list(filter(None, map(str.strip, text.splitlines()))) for text in self._choices)
        pairs = [{"ru": name, "en": english[n] if n < len(english) else name} for n, name in enumerate(russian)]
        return {
            "key": self.key, "type": self.type, "required": self.required, "length": self.length,
            "text": {"ru": self.text_ru, "en": self.text_en}, "hint": {"ru": self.hint_ru, "en": self.hint_en},
            "choices": pairs if self.type == QuestionType.CHOICE else [], "date": self.date_check,
            "least": None if self.least is None else str(self.least),
            "most": None if self.most is None else str(self.most),
        }  # fmt: skip

    @property
    def _choices(self) -> tuple[str, str]:
        return self.choices_ru, self.choices_en


class RequestTemplate(InBothLanguages):
    """A request that is opened in two clicks: of a document or of a questionnaire, with what is said to the client."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[check_code])
    position = models.PositiveSmallIntegerField(pgettext_lazy("place in a list", "order"), default=10)
    name_ru = models.CharField(_("name in Russian"), max_length=NAME_LIMIT)
    name_en = models.CharField(_("name in English"), max_length=NAME_LIMIT, blank=True)
    kind = models.ForeignKey(
        DocumentKind, models.PROTECT, null=True, blank=True, related_name="templates",
        verbose_name=_("kind of document"),
    )  # fmt: skip
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, null=True, blank=True, related_name="templates", verbose_name=_("questionnaire")
    )
    note_ru = models.TextField(_("words for the client in Russian"), max_length=500, blank=True)
    note_en = models.TextField(_("words for the client in English"), max_length=500, blank=True)
    due_days = models.PositiveSmallIntegerField(
        _("days to answer"), default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    enabled = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("template of requests")
        verbose_name_plural = _("templates of requests")
        ordering = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__isnull=True) ^ models.Q(questionnaire__isnull=True),
                name="template_asks_one_thing",
                violation_error_message=_("Choose a kind of document or a questionnaire, one of both."),
            )
        ]

    def __str__(self) -> str:
        return self.said("name")


class RedoReason(InBothLanguages):
    """A ready reason for which an answer is to be redone; `text` is what the client reads."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[check_code])
    position = models.PositiveSmallIntegerField(pgettext_lazy("place in a list", "order"), default=10)
    name_ru = models.CharField(_("name in Russian"), max_length=NAME_LIMIT)
    name_en = models.CharField(_("name in English"), max_length=NAME_LIMIT, blank=True)
    text_ru = models.CharField(_("text for the client in Russian"), max_length=500)
    text_en = models.CharField(_("text for the client in English"), max_length=500, blank=True)
    enabled = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("reason to redo")
        verbose_name_plural = _("reasons to redo")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.said("name")


class ConsentText(InBothLanguages):
    """A version of the consent to the processing of personal data. The newest is asked for; none is ever changed."""

    text_ru = models.TextField(_("text in Russian"), max_length=3000)
    text_en = models.TextField(_("text in English"), max_length=3000, blank=True)
    published_by = person("+", _("published by"), null=True)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name = _("text of the consent")
        verbose_name_plural = _("texts of the consent")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(_("version %(number)s") % {"number": self.pk})
