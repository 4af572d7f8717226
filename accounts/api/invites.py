"""Invites over REST, for those who manage people."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import create_invite, revoke_invite
from accounts.actions.invites import LARGEST_LIMIT, NOTES_LIMIT
from accounts.enums import InviteStatus
from accounts.links import invite_link
from accounts.models import Invite
from accounts.queries import invite_by_uid, invite_list, tenant_by_uid
from accounts.roles import PEOPLE_INVITE, Role
from core.api.input import StrictSerializer, read, read_query
from core.api.permissions import SignedIn, actor_of
from core.crypto import opened
from core.errors import NotFound


class InviteOut(serializers.ModelSerializer):
    """An invite in lists; without its code."""

    tenant = serializers.UUIDField(source="tenant.uid", allow_null=True, default=None)
    status = serializers.ChoiceField(choices=InviteStatus.choices, read_only=True)
    limit = serializers.IntegerField(source="use_limit")
    used = serializers.IntegerField(source="uses")
    created_by = serializers.CharField(source="created_by.full_name", allow_null=True, default=None)

    class Meta:
        model = Invite
        fields = [
            "uid", "tenant", "role", "status", "limit", "used", "expires_at", "notes", "created_by", "created_at",
            "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields


class InviteCard(InviteOut):
    """One invite with its code and the link into the bot."""

    code = serializers.SerializerMethodField(help_text="null: it can not be decrypted")
    link = serializers.SerializerMethodField()

    class Meta(InviteOut.Meta):
        fields = [*InviteOut.Meta.fields, "code", "link"]
        read_only_fields = fields

    def to_representation(self, invite: Invite) -> dict[str, Any]:
        self._code: str | None = opened(invite, "code")
        return super().to_representation(invite)

    def get_code(self, invite: Invite) -> str | None:
        return self._code

    def get_link(self, invite: Invite) -> str:
        return invite_link(self._code) if self._code else ""


class InviteIn(StrictSerializer):
    """A new invite. `tenant` is the uid of the branch; only a superuser's invite has none. `limit` 0 is no limit."""

    tenant = serializers.UUIDField(required=False, allow_null=True, default=None)
    role = serializers.ChoiceField(choices=[role.value for role in Role if role != Role.INTEGRATOR])
    limit = serializers.IntegerField(min_value=0, max_value=LARGEST_LIMIT, default=1)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=NOTES_LIMIT, default="")


class InviteFilters(StrictSerializer):
    """The query parameters of the list."""

    tenant = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=InviteStatus.choices, required=False)


class InviteViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Invite]):
    """`/api/admin/invites/`: list, create, read (dead ones too), revoke."""

    permission_classes = [SignedIn]
    serializer_class = InviteOut
    filters = InviteFilters
    lookup_field = "uid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Invite]:
        actor = actor_of(self.request)
        actor.require(PEOPLE_INVITE)
        return invite_list(actor)

    def filtered(self, invites: QuerySet[Invite], values: dict[str, Any]) -> QuerySet[Invite]:
        """Apply the query parameters that `filters` has read; a branch that is not there has no invites."""
        found = invite_list(actor_of(self.request), values.get("status", ""))
        return found.filter(tenant__uid=values["tenant"]) if "tenant" in values else found

    @extend_schema(responses=InviteCard)
    def retrieve(self, request: Request, uid: Any) -> Response:
        read_query(StrictSerializer, request)
        self.get_queryset()
        return Response(InviteCard(invite_by_uid(actor_of(request), uid)).data)

    @extend_schema(request=InviteIn, responses={201: InviteCard})
    def create(self, request: Request) -> Response:
        given = read(InviteIn, request.data)
        actor = actor_of(request)
        actor.require(PEOPLE_INVITE)
        tenant = given.pop("tenant")
        try:
            tenant_id = tenant_by_uid(tenant).pk if tenant else None
        except NotFound:
            tenant_id = 0
        invite = create_invite(actor=actor, tenant_id=tenant_id, use_limit=given.pop("limit"), **given)
        return Response(InviteCard(invite_by_uid(actor, invite.uid)).data, status=201)

    @extend_schema(request=None, responses=InviteCard)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uid: Any) -> Response:
        """End it; who has joined stays."""
        read(StrictSerializer, request.data)
        self.get_queryset()
        actor = actor_of(request)
        invite = revoke_invite(actor=actor, invite_id=invite_by_uid(actor, uid).pk)
        return Response(InviteCard(invite_by_uid(actor, invite.uid)).data)
