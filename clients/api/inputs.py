"""What the API takes about requests: bodies and query parameters."""

from rest_framework import serializers

from clients.enums import Status
from clients.models.request import NOTE_LIMIT, REASON_LIMIT
from core.api.input import StrictSerializer
from core.db import MAX_ID

MAX_VERSION = 2**31 - 1


class RequestIn(StrictSerializer):
    """A new request: of which client, by which template (`/api/request-templates/`)."""

    client = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    template = serializers.CharField(max_length=40)
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    order = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    due_on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_LIMIT)
    external_id = serializers.CharField(required=False, allow_blank=True, max_length=100)


class RequestFilters(StrictSerializer):
    """The query parameters of the list."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    client = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    order = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    external_id = serializers.CharField(required=False, max_length=100)
    created_after = serializers.DateTimeField(required=False)
    created_before = serializers.DateTimeField(required=False)


class WithdrawIn(StrictSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT, default="")
    version = serializers.IntegerField(required=False, default=None, min_value=1, max_value=MAX_VERSION)


class ExtendRequestIn(StrictSerializer):
    due_on = serializers.DateField()
    version = serializers.IntegerField(required=False, default=None, min_value=1, max_value=MAX_VERSION)


class AcceptIn(StrictSerializer):
    """`answer` is the one that was looked at."""

    answer = serializers.IntegerField(min_value=1, max_value=MAX_ID)


class RedoIn(AcceptIn):
    """A ready reason by its code, own words, or both."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")
    text = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT, default="")


class RejectIn(AcceptIn):
    text = serializers.CharField(max_length=REASON_LIMIT)
