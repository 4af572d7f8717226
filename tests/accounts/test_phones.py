"""Phone numbers as people write them, and what nobody could call."""

import pytest

from accounts.errors import BadPhone
from accounts.phones import looks_like_phone, masked_phone, normal_phone, readable_phone


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+7 (999) 123-45-67", "+79991234567"),
        ("8 (999) 123-45-67", "+79991234567"),
        ("89991234567", "+79991234567"),
        ("79991234567", "+79991234567"),
        ("9991234567", "+79991234567"),
        ("(495) 123-45-67", "+74951234567"),
        ("8 800 555 35 35", "+78005553535"),
        (" +7.999.123.45.67\n", "+79991234567"),
        ("+7\u00a0999\u00a0123–45–67", "+79991234567"),
        ("\u202a+79991234567\u202c", "+79991234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_number_has_one_normal_form(written: str, normal: str) -> None:
    assert normal_phone(written) == normal
    assert looks_like_phone(written)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "+", "()", "+1", "+1 234", "+15551234567", "1" * 25, "+7" + "9" * 23, "112", "8999",
        "+7 999 123-45-6", "8999123456x", "звоните 8 999 123-45-67", "+7 999 123-45-67 доб. 12",
        "８９９９１２３４５６７", "٨٩٩٩١٢٣٤٥٦٧",
        "+7 999 123-45-67, +7 999 123-45-68", "7.9E+10", "-79991234567", "tel:+79991234567", "+79991234567;ext=1",
        "\x00",
    ],
)  # fmt: skip
def test_what_nobody_could_call_is_refused_with_the_right_form(written: str) -> None:
    with pytest.raises(BadPhone) as caught:
        normal_phone(written, field="client_phone")
    assert caught.value.fields == {"client_phone": BadPhone.text}
    assert "+7 999 123-45-67" in str(caught.value)


def test_how_a_number_is_shown() -> None:
    assert readable_phone("+79991234567") == "+7 999 123-45-67"
    assert masked_phone("+79991234567") == "•••45-67"
    assert masked_phone("") == ""


@pytest.mark.parametrize("text", ["Анна", "", "12", "1001 Анна", "a@b"])
def test_what_is_no_number_is_searched_as_a_name(text: str) -> None:
    assert not looks_like_phone(text)
