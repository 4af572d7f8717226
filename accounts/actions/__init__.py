"""The only writers of people, their contact details, and tenants."""

from accounts.actions.access import (
    activate_person,
    deactivate_person,
    end_access,
    set_curator,
    set_password,
    set_roles,
    set_service_permissions,
)
from accounts.actions.contacts import reveal_phone, set_contact, take_over_caller
from accounts.actions.invites import create_invite, redeem_invite, revoke_invite
from accounts.actions.people import (
    NAME_LIMIT,
    admit,
    arrive_by_telegram,
    create_person,
    create_tenant,
    erase_person,
    link_telegram,
    mark_reachable,
    mark_unreachable,
    rename_person,
    set_language,
)
from accounts.actions.second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    remove_second_factor,
    require_second_factor,
    turn_off_second_factor,
)
from accounts.actions.sign_ins import note_failed_sign_in, note_sign_in
from accounts.actions.tokens import begin_tokens, end_tokens, rotate_tokens

__all__ = [
    "NAME_LIMIT",
    "activate_person",
    "admit",
    "arrive_by_telegram",
    "begin_second_factor",
    "begin_tokens",
    "check_second_factor",
    "confirm_second_factor",
    "create_invite",
    "create_person",
    "create_tenant",
    "deactivate_person",
    "end_access",
    "end_tokens",
    "erase_person",
    "link_telegram",
    "mark_reachable",
    "mark_unreachable",
    "note_failed_sign_in",
    "note_sign_in",
    "redeem_invite",
    "remove_second_factor",
    "rename_person",
    "require_second_factor",
    "reveal_phone",
    "revoke_invite",
    "rotate_tokens",
    "set_contact",
    "set_curator",
    "set_language",
    "set_password",
    "set_roles",
    "set_service_permissions",
    "take_over_caller",
    "turn_off_second_factor",
]
