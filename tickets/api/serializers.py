"""The shapes of tickets in the API."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.input import StrictSerializer
from core.db import MAX_ID
from files.actions import UPLOADS_AT_ONCE
from files.api.serializers import FileOut
from tickets.actions.moves import REASON_LIMIT
from tickets.actions.text import COMMENT_LIMIT, DESCRIPTION_LIMIT
from tickets.enums import Category, Move, Priority, Status, Visibility
from tickets.models import DEVICE_LIMIT, SUBJECT_LIMIT, Comment, Ticket
from tickets.states import available_moves


class PersonOut(serializers.Serializer):
    """A person as others see him: never contact details."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="full_name")


class TicketOut(serializers.ModelSerializer):
    """A ticket in lists."""

    client = PersonOut()
    assignee = PersonOut(allow_null=True)
    category = serializers.ChoiceField(choices=Category.choices, allow_blank=True)

    class Meta:
        model = Ticket
        fields = [
            "id", "number", "external_id", "subject", "description", "status", "priority", "category", "device",
            "source", "client", "assignee",
            "hold_until", "hold_reason", "created_at", "first_answer_at", "resolved_at", "closed_at",
            "rating", "version",
        ]  # fmt: skip
        read_only_fields = fields


class TicketCard(TicketOut):
    """One ticket, with what the caller may do with it now."""

    allowed_moves = serializers.SerializerMethodField()

    class Meta(TicketOut.Meta):
        fields = [*TicketOut.Meta.fields, "allowed_moves"]
        read_only_fields = fields

    def get_allowed_moves(self, ticket: Ticket) -> list[str]:
        return [row.move for row in available_moves(self.context["actor"], ticket)]


class TicketIn(StrictSerializer):
    """A new ticket for a client: one who is known (`client`), or one to enter by name and, if known, phone."""

    client = serializers.IntegerField(required=False)
    client_name = serializers.CharField(required=False, max_length=200)
    client_phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    subject = serializers.CharField(required=False, allow_blank=True, max_length=SUBJECT_LIMIT, default="")
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT)
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.NORMAL)
    category = serializers.ChoiceField(choices=Category.choices, allow_blank=True, default="")
    device = serializers.CharField(required=False, allow_blank=True, max_length=DEVICE_LIMIT, default="")
    external_id = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("client" in attrs) == ("client_name" in attrs):
            raise serializers.ValidationError({"client": [_("Give either client or client_name.")]})
        if "client_phone" in attrs and "client" in attrs:
            raise serializers.ValidationError({"client_phone": [_("Give it with client_name only.")]})
        return attrs


class TicketFilters(StrictSerializer):
    """The query parameters of the list."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    client = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    assignee = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    external_id = serializers.CharField(required=False, max_length=100)
    created_after = serializers.DateTimeField(required=False)
    created_before = serializers.DateTimeField(required=False)
    search = serializers.CharField(required=False, max_length=200)
    ordering = serializers.ChoiceField(
        choices=["created_at", "-created_at", "urgency", "-urgency", "number", "-number"], required=False
    )


class CommentOut(serializers.ModelSerializer):
    """One message. The context's `files` are those of the comments, by their ids."""

    author = PersonOut()
    attachments = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = [
            "id", "author", "visibility", "text", "via", "created_at", "edited_at", "deleted_at", "attachments",
        ]  # fmt: skip
        read_only_fields = fields

    def get_attachments(self, comment: Comment) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = list(FileOut(self.context["files"][comment.pk], many=True).data)
        return shown


class UploadIn(StrictSerializer):
    """Files with or without words, as multipart/form-data."""

    files = serializers.ListField(child=serializers.FileField(), max_length=UPLOADS_AT_ONCE)
    text = serializers.CharField(required=False, allow_blank=True, max_length=COMMENT_LIMIT, default="")
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)


class EntryOut(serializers.Serializer):
    """One line of the history. `details` holds ids and codes, nothing personal."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    actor = serializers.CharField(source="actor_kind")
    user = PersonOut(allow_null=True)
    via = serializers.CharField()
    details = serializers.JSONField(source="data")


class CommentIn(StrictSerializer):
    text = serializers.CharField(max_length=COMMENT_LIMIT)
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)


class MoveIn(StrictSerializer):
    """What every move takes: the `version` that the caller saw, against a stale view."""

    version = serializers.IntegerField(required=False, default=None)


class AskIn(MoveIn):
    text = serializers.CharField(max_length=COMMENT_LIMIT)


class HoldIn(MoveIn):
    until = serializers.DateTimeField()
    reason = serializers.CharField(max_length=REASON_LIMIT)


MOVE_SHAPES: dict[Move, type[MoveIn]] = {Move.ASK: AskIn, Move.HOLD: HoldIn}
"""The moves that take more than a click."""


class AssignIn(StrictSerializer):
    assignee = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(required=False, default=None)


class PriorityIn(StrictSerializer):
    priority = serializers.ChoiceField(choices=Priority.choices)
    version = serializers.IntegerField(required=False, default=None)


class FilesOut(serializers.Serializer):
    """The files of a ticket."""

    results = FileOut(many=True)


class CategoryOut(serializers.Serializer):
    """A kind of equipment: what stands in `category`, and its name."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class CategoriesOut(serializers.Serializer):
    """All kinds of equipment."""

    results = CategoryOut(many=True)
