"""Which test shows which row of the product's table of odd and hostile input (bot, phone, media, buttons, links,
REST, JWT, console, file names).

A row without a test, or a test that was renamed, is red. What comes with a later door is not listed.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS: dict[int, tuple[str, str]] = {
    1: ("botapp/test_odd_text.py", "test_the_longest_message_of_telegram_is_kept_whole"),
    2: ("botapp/test_parts.py", "test_a_text_that_telegram_cut_goes_on_where_it_began"),
    4: ("botapp/test_odd_text.py", "test_the_raw_update_keeps_what_the_row_can_not"),
    5: ("botapp/test_odd_text.py", "test_the_raw_update_keeps_what_the_row_can_not"),
    6: ("botapp/test_malformed.py", "test_one_of_a_hundred_is_parked_and_the_others_are_handled"),
    **dict.fromkeys(range(7, 14), ("botapp/test_odd_text.py", "test_a_text_is_kept_told_and_seen_as_text")),
    14: ("botapp/test_odd_text.py", "test_a_text_in_which_nothing_can_be_seen_is_asked_for_again"),
    15: ("botapp/test_odd_text.py", "test_a_text_is_kept_told_and_seen_as_text"),
    16: ("botapp/test_odd_text.py", "test_a_text_in_which_nothing_can_be_seen_is_asked_for_again"),
    17: ("tickets/test_search.py", "test_words_are_found"),
    18: ("botapp/test_guided.py", "test_start_in_the_middle_asks_and_keeps_the_draft"),
    19: ("botapp/test_routes.py", "test_an_unknown_command_gets_a_hint_and_makes_nothing"),
    20: ("botapp/test_dialogs.py", "test_cancel_leaves_the_step_and_a_second_one_says_so"),
    21: ("botapp/test_dialogs.py", "test_a_flood_is_kept_whole_and_gets_one_polite_word"),
    22: ("accounts/test_phones.py", "test_a_number_has_one_normal_form"),
    23: ("accounts/test_phones.py", "test_what_nobody_could_call_is_refused_with_the_right_form"),
    24: ("botapp/test_contacts.py", "test_anothers_number_is_not"),
    25: ("botapp/test_contacts.py", "test_a_number_that_telegram_knows_nobody_of_is_asked_about"),
    34: ("botapp/test_media.py", "test_a_caption_is_the_text"),
    35: ("botapp/test_media.py", "test_an_album_is_one_message_with_one_confirmation"),
    36: ("botapp/test_routes.py", "test_every_kind_is_kept_as_what_it_is"),
    37: ("botapp/test_media.py", "test_a_file_over_the_limit_is_told_and_kept_as_failed"),
    38: ("botapp/test_routes.py", "test_every_kind_is_kept_as_what_it_is"),
    39: ("botapp/test_routes.py", "test_what_comes_through_another_bot_is_told_so"),
    40: ("botapp/test_edits.py", "test_a_further_message_changes_its_comment_each_version_is_kept"),
    41: ("botapp/test_edits.py", "test_an_edit_of_what_became_nothing_changes_nothing"),
    42: ("outbox/test_sending.py", "test_a_chat_that_nothing_reaches_marks_the_person"),
    43: ("botapp/test_media.py", "test_a_file_over_the_limit_is_told_and_kept_as_failed"),
    44: ("files/test_views.py", "test_an_empty_file_is_refused"),
    45: ("files/test_loading.py", "test_more_than_the_limit_is_not_kept"),
    46: ("files/test_pictures.py", "test_a_picture_of_too_many_pixels_is_refused_by_its_header"),
    47: ("files/test_serving.py", "test_an_original_is_a_download_of_no_type"),
    48: ("files/test_serving.py", "test_an_original_is_a_download_of_no_type"),
    49: ("files/test_pictures.py", "test_what_pictures_are_made_of"),
    50: ("files/test_pictures.py", "test_other_formats_are_for_download"),
    51: ("files/test_pictures.py", "test_a_picture_stands_as_it_was_held_and_tells_nothing_else"),
    62: ("botapp/test_buttons.py", "test_a_foreign_ticket_is_as_missing_as_a_missing_one"),
    63: ("botapp/test_people.py", "test_buttons_of_whoever_was_closed_out_do_nothing"),
    64: ("botapp/test_buttons.py", "test_two_and_three_taps_have_one_effect"),
    65: ("botapp/test_buttons.py", "test_buttons_of_an_earlier_round_work_as_long_as_the_flow_lets_them"),
    66: ("botapp/test_buttons.py", "test_data_of_no_button_of_ours_changes_nothing"),
    67: ("botapp/test_buttons.py", "test_the_other_button_after_the_first_is_too_late"),
    68: ("accounts/test_invites.py", "test_codes_can_not_be_guessed_for_long"),
    69: ("accounts/test_invites.py", "test_a_dead_invite_says_why"),
    70: ("accounts/test_invites.py", "test_fifty_at_once_are_as_many_as_the_limit"),
    71: ("accounts/test_invites.py", "test_a_wrong_code_says_so"),
    72: ("botapp/test_webhook.py", "test_without_the_secret_nothing_is_taken"),
    73: ("botapp/test_webhook.py", "test_what_is_no_update_is_parked_and_not_brought_again"),
    74: ("botapp/test_webhook.py", "test_what_is_no_update_is_parked_and_not_brought_again"),
    75: ("api/test_bodies.py", "test_a_field_that_nobody_declared_is_refused_by_name"),
    76: ("api/test_bodies.py", "test_a_row_of_another_branch_is_not_known"),
    77: ("api/test_form.py", "test_what_can_not_be_read_is_refused"),
    78: ("api/test_idempotency.py", "test_the_key_of_another_request_is_refused"),
    79: ("api/test_reading.py", "test_a_query_that_is_not_understood_is_refused_by_name"),
    80: ("api/test_tokens.py", "test_no_other_token_opens"),
    81: ("api/test_tokens.py", "test_everything_ends_at_once"),
    82: ("api/test_tokens.py", "test_of_fifty_refreshes_at_once_one_wins"),
    83: ("console/test_odd_requests.py", "test_fields_that_the_form_has_not_are_no_way_in"),
    84: ("console/test_odd_requests.py", "test_another_host_is_not_served"),
    85: ("accounts/test_sign_in.py", "test_a_session_prepared_by_somebody_else_is_not_taken_over"),
    86: ("console/test_card.py", "test_the_console_has_a_policy_and_no_frames"),
    87: ("console/test_card.py", "test_a_stale_card_names_who_changed_it"),
    90: ("files/test_serving.py", "test_a_name_can_not_break_out_of_the_header"),
    91: ("console/test_table.py", "test_names_and_subjects_are_text"),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_row_has_its_test(row: int) -> None:
    path, name = ROWS[row]
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
