"""People over REST: who there is, how clients can be reached, who one is oneself."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import reveal_phone, set_contact, set_language
from accounts.actions.contacts import ADDRESS_LIMIT, COMPANY_LIMIT
from accounts.models import User
from accounts.phones import masked_phone
from accounts.queries import clients_visible_to, find_callers, people_list, person_by_id, with_role
from accounts.roles import PEOPLE_MANAGE, PEOPLE_REVEAL, PEOPLE_SEE_TENANT, Role
from core.api.input import StrictSerializer, read, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.crypto import opened
from core.db import found


class UserOut(serializers.ModelSerializer):
    """A person in lists: never contact details."""

    name = serializers.CharField(source="full_name")
    roles = serializers.SerializerMethodField()
    tenant = serializers.UUIDField(source="tenant.uid", allow_null=True, default=None)

    class Meta:
        model = User
        fields = ["id", "name", "roles", "tenant", "language", "is_active"]
        read_only_fields = fields

    def get_roles(self, person: User) -> list[str]:
        return sorted(role.value for role in person.roles)


class UserFilters(StrictSerializer):
    """The query parameters of the list of people."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)


class UserViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[User]):
    """`/api/users/`: the people whom the caller may see."""

    permission_classes = [SignedIn]
    serializer_class = UserOut
    filters = UserFilters

    def get_queryset(self) -> QuerySet[User]:
        return people_list(actor_of(self.request))

    def filtered(self, people: QuerySet[User], values: dict[str, Any]) -> QuerySet[User]:
        """Apply the query parameters that `filters` has read."""
        return with_role(people, values["role"]) if "role" in values else people

    @extend_schema(responses=UserOut)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One person."""
        read_query(StrictSerializer, request)
        return Response(UserOut(found(self.get_queryset(), row_id(pk))).data)


class ContactOut(serializers.Serializer):
    """How a client can be reached. The whole number is for those who may see it; the look is written down."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    company = serializers.CharField()
    phone = serializers.CharField(allow_null=True, help_text="null: there is one, and it can not be decrypted")
    telegram = serializers.BooleanField()


@extend_schema_serializer(many=False)
class ContactsFound(serializers.Serializer):
    """What was found."""

    results = ContactOut(many=True)


class ContactIn(StrictSerializer):
    """Details to be changed; what is left out stays."""

    company = serializers.CharField(required=False, allow_blank=True, max_length=COMPANY_LIMIT)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    address = serializers.CharField(required=False, allow_blank=True, max_length=ADDRESS_LIMIT)


class ContactSearch(StrictSerializer):
    """Name, company, or the whole number."""

    search = serializers.CharField(max_length=200)


class ContactViewSet(viewsets.ViewSet):
    """`/api/contacts/`: clients are found (`search`), read and changed by the id of the person."""

    permission_classes = [SignedIn]

    @extend_schema(operation_id="contacts_list", parameters=[ContactSearch], responses=ContactsFound)
    def list(self, request: Request) -> Response:
        """Find clients by name, company, or the whole number: at most ten."""
        actor = actor_of(request)
        actor.require(PEOPLE_SEE_TENANT, PEOPLE_MANAGE)
        asked = read_query(ContactSearch, request)
        people = find_callers(actor, asked["search"])
        return Response({"results": ContactOut([_contact(person) for person in people], many=True).data})

    @extend_schema(responses=ContactOut)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One client. The whole number is for those who may see it, and the look is written down."""
        read_query(StrictSerializer, request)
        actor = actor_of(request)
        person = self._client(request, pk)
        card = _contact(person)
        if card["phone"] and actor.can(PEOPLE_REVEAL):
            card["phone"] = reveal_phone(actor=actor, user_id=person.pk)
        return Response(ContactOut(card).data)

    @extend_schema(request=ContactIn, responses=ContactOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        person = self._client(request, pk)
        set_contact(actor=actor_of(request), user_id=person.pk, **read(ContactIn, request.data))
        return Response(ContactOut(_contact(self._client(request, pk))).data)

    def _client(self, request: Request, pk: str) -> User:
        return found(clients_visible_to(actor_of(request)).select_related("contact"), row_id(pk))


def _contact(person: User) -> dict[str, Any]:
    contact = getattr(person, "contact", None)
    phone = opened(contact, "phone") if contact else ""
    return {
        "id": person.pk,
        "name": person.full_name,
        "company": contact.company if contact else "",
        "phone": phone if phone is None else masked_phone(phone),
        "telegram": person.can_be_written_to,
    }


class ProfileOut(UserOut):
    """Oneself, with what one may do."""

    permissions = serializers.SerializerMethodField()

    class Meta(UserOut.Meta):
        fields = [*UserOut.Meta.fields, "username", "permissions"]
        read_only_fields = fields

    def get_permissions(self, person: User) -> list[str]:
        return sorted(self.context["actor"].permissions)


class ProfileIn(StrictSerializer):
    """What one may change of oneself."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class ProfileView(APIView):
    """`/api/profile/`: oneself."""

    permission_classes = [SignedIn]

    @extend_schema(operation_id="profile", responses=ProfileOut)
    def get(self, request: Request) -> Response:
        """Who one is, and what one may do."""
        read_query(StrictSerializer, request)
        return self._shown(request)

    @extend_schema(operation_id="profile_update", request=ProfileIn, responses=ProfileOut)
    def patch(self, request: Request) -> Response:
        """Choose the language in which one is written to."""
        set_language(actor=actor_of(request), **read(ProfileIn, request.data))
        return self._shown(request)

    def _shown(self, request: Request) -> Response:
        actor = actor_of(request)
        return Response(ProfileOut(person_by_id(actor.person), context={"actor": actor}).data)
