"""The shapes of requests in the API's answers. Nothing that a client gave stands in them, but in `AnswerData`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clients import models
from clients.enums import Move
from clients.states import available_moves
from core.api.permissions import actor_of
from files.api.serializers import FileOut
from files.queries import files_of
from tickets.api.serializers import PersonOut


class RequestOut(serializers.ModelSerializer):
    """A request: what is asked of whom, and where it stands."""

    client = PersonOut()
    opened_by = PersonOut()
    type = serializers.SerializerMethodField()
    template = serializers.SlugRelatedField[models.RequestTemplate](slug_field="code", read_only=True, allow_null=True)
    title = serializers.CharField()
    allowed_moves = serializers.SerializerMethodField()

    class Meta:
        model = models.Request
        fields = [
            "id", "number", "client", "ticket", "order", "type", "template", "title", "note", "external_id", "status",
            "status_since", "due_at", "redone", "reason", "answer", "opened_by", "created_at", "ended_at", "version",
            "allowed_moves",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=["document", "questionnaire"]))
    def get_type(self, row: models.Request) -> str:
        return "document" if row.questionnaire_id is None else "questionnaire"

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Move.choices)))
    def get_allowed_moves(self, row: models.Request) -> list[str]:
        return [move.move for move in available_moves(actor_of(self.context["request"]), row)]


class TemplateOut(serializers.ModelSerializer):
    """What can be asked for: `code` names it in a new request."""

    type = serializers.SerializerMethodField()

    class Meta:
        model = models.RequestTemplate
        fields = ["code", "name_ru", "name_en", "type", "due_days"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=["document", "questionnaire"]))
    def get_type(self, row: models.RequestTemplate) -> str:
        return "document" if row.questionnaire_id is None else "questionnaire"


class FactOut(serializers.Serializer):
    """One answer of a questionnaire, in the form in which it is kept: dates as 1990-12-31, phones as +79991234567."""

    key = serializers.CharField()
    question = serializers.DictField(child=serializers.CharField())
    value = serializers.CharField()


class AnswerData(serializers.Serializer):
    """What was accepted: a text, the answers of a questionnaire, files. Personal data: each reading is kept."""

    answer = serializers.IntegerField(source="pk")
    given_at = serializers.DateTimeField()
    text = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    def get_text(self, answer: models.Answer) -> str:
        return str(answer.values.get("text", ""))

    @extend_schema_field(FactOut(many=True))
    def get_answers(self, answer: models.Answer) -> list[dict[str, Any]]:
        rows = answer.values.get("answers", [])
        return [{"key": row["key"], "question": row["label"], "value": row["value"]} for row in rows]

    @extend_schema_field(FileOut(many=True))
    def get_files(self, answer: models.Answer) -> Any:
        return FileOut(files_of([answer])[answer.pk], many=True, context=self.context).data
