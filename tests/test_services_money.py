"""Money: writing amounts as the reader does, reading what people type, comparing currencies."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from services.currencies import CURRENCIES
from services.models import ExchangeRate
from services.money import (
    MAX_MINOR,
    currency_choices,
    digits,
    editable,
    format_money,
    parse_money,
    plain,
    to_eur,
    usual_currency,
)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "expected"),
    [
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de", "1.234,50 €"),
        (123400, "EUR", "en", "€1,234"),
        (6500, "USD", "en-GB", "US$65"),
        (6500, "USD", "en_US", "$65"),
        (1500, "JPY", "en", "¥1,500"),
        (1250, "KWD", "en", "KWD 1.250"),
        (12345678, "INR", "en-IN", "₹1,23,456.78"),
        (100, "EUR", "xx-yy", "€1"),
        (0, "EUR", "en", "€0"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(minor: int, currency: str, locale: str, expected: str) -> None:
    assert format_money(minor, currency, locale).replace("\xa0", " ") == expected


def test_minor_units_follow_the_standard() -> None:
    assert {code: digits(code) for code in ("EUR", "JPY", "KWD", "ALL", "HUF")} == {
        "EUR": 2, "JPY": 0, "KWD": 3, "ALL": 2, "HUF": 2,
    }  # fmt: skip


def test_metals_and_test_codes_are_no_currencies() -> None:
    assert not CURRENCIES & {"XAU", "XXX", "XTS", "CHE"}
    assert len(CURRENCIES) > 150
    assert ("EUR", "EUR – Euro") in currency_choices("en")


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1 234,5", 123450),
        ("1'234.50", 123450),
        ("1234", 123400),
        ("1,234", 123400),
        ("1.234.567", 123456700),
        ("12,34,567.5", 123456750),
        ("0,5", 50),
        (".5", 50),
        ("5.", 500),
        ("€ 45", 4500),
        ("45.00 €", 4500),
        ("٤٥٫٥", 4550),
        ("1.500000", 150),
    ],
)
def test_typed_amounts_are_understood(typed: str, minor: int) -> None:
    assert parse_money(typed, "EUR") == minor


@pytest.mark.parametrize(
    ("typed", "currency", "code"),
    [
        ("", "EUR", "not_an_amount"),
        ("many", "EUR", "not_an_amount"),
        ("1.2.3", "EUR", "not_an_amount"),
        ("1e5", "EUR", "not_an_amount"),
        ("1,2.3.4", "EUR", "not_an_amount"),
        ("-5", "EUR", "negative"),
        ("−5", "EUR", "negative"),
        ("0.005", "EUR", "too_many_decimals"),
        ("10.5", "JPY", "too_many_decimals"),
        ("9" * 14, "EUR", "too_large"),
        ("9" * 100_000, "EUR", "too_large"),
        ("\0", "EUR", "not_an_amount"),
    ],
)
def test_what_is_no_amount_is_refused(typed: str, currency: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_money(typed, currency)
    assert caught.value.code == code


@given(
    minor=st.integers(0, MAX_MINOR),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    locale=st.sampled_from(["en", "de", "fr", "sv", "ar"]),
)
def test_what_a_form_shows_it_also_reads(minor: int, currency: str, locale: str) -> None:
    assert parse_money(editable(minor, currency, locale), currency, locale) == minor


def test_three_decimals_follow_the_reader() -> None:
    assert parse_money("1.250", "KWD", "en") == 1250
    assert parse_money("1,250", "KWD", "en") == 1_250_000
    assert parse_money("1,250", "KWD", "de") == 1250


def test_numbers_for_machines() -> None:
    assert [plain(123450, "EUR"), plain(1500, "JPY"), plain(5, "KWD"), plain(None, "EUR")] == [
        "1234.50", "1500", "0.005", "",
    ]  # fmt: skip


def test_currencies_are_compared_in_euros(db: None) -> None:
    rate = ExchangeRate.objects.get(currency="USD")
    rate.per_euro = Decimal("1.25")
    rate.save()
    assert to_eur(1000, "USD") == Decimal(8)
    assert to_eur(1000, "EUR") == Decimal(10)
    assert to_eur(1000, "MGA") is None
    rate.per_euro = Decimal("1.16")
    rate.save()  # what this process remembers must not outlive the test


def test_countries_have_usual_currencies() -> None:
    assert [usual_currency(code) for code in ("AT", "JP", "GB", "", "XX")] == ["EUR", "JPY", "GBP", "EUR", "EUR"]
