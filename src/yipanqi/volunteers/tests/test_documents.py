"""Document numbers: what is right, what is wrong, what they tell; property-based."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.volunteers.documents import BadDocument, identity_of, plain_number, plain_phone, read_document
from yipanqi.volunteers.tests.world import id_number

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1))
ORDERS = st.integers(0, 999)
PLACES = st.sampled_from(["110101", "620201", "810000", "820000", "830000", "650100", "710000"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, ORDERS, PLACES)
def test_an_identity_number_tells_birth_date_and_sex(born: dt.date, order: int, place: str) -> None:
    known = read_document("id", id_number(born, order, place))
    assert (known.born_on, known.sex) == (born, "m" if order % 2 else "f")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, ORDERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born: dt.date, order: int, where: int, by: int) -> None:
    right = id_number(born, order)
    wrong = right[:where] + str((int(right[where]) + by) % 10) + right[where + 1 :]
    with pytest.raises(BadDocument):
        read_document("id", wrong)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, ORDERS, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_found(born: dt.date, order: int, where: int) -> None:
    right = id_number(born, order)
    wrong = right[:where] + right[where + 1] + right[where] + right[where + 2 :]
    if wrong != right:
        with pytest.raises(BadDocument):
            read_document("id", wrong)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), ORDERS)
def test_a_number_of_the_first_generation_is_the_same_person(born: dt.date, order: int) -> None:
    long = id_number(born, order)
    assert read_document("id", long[:6] + long[8:17]).number == long


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in ("id", "passport", "hkmo", "tw", "residence", "hkmotw", "officer"):
        try:
            known = read_document(kind, text)
        except BadDocument as refusal:
            assert refusal.field == "id_number" and str(refusal)
        else:
            assert read_document(kind, known.number) == known, "what is stored reads back as itself"


def test_typing_makes_no_difference() -> None:
    number = id_number(order=21)
    assert plain_number(f" {number[:6]} {number[6:14]}-{number[14:].lower()}　") == number
    assert plain_number("６２０２") == "6202"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("passport", "E12345678"), ("passport", "ed1234567"), ("hkmo", "H12345678"), ("hkmo", "M1234567801"), ("tw", "12345678"), ("tw", "1234567890"),
        ("residence", "CHN110101010101"), ("officer", "军字第1234567号"), ("officer", "政字第12345号"), ("hkmotw", id_number(place="830000")),
    ],
)  # fmt: skip
def test_other_documents_that_are_right(kind: str, number: str) -> None:
    assert read_document(kind, number).number == plain_number(number)


@pytest.mark.parametrize(("kind", "number"), [("passport", "ABCDEFG"), ("passport", "1"), ("hkmo", "A12345678"), ("tw", "123"), ("residence", "912345678901234567"), ("officer", "12"), ("hkmotw", id_number()), ("id", id_number(place="990101"))])
def test_other_documents_that_are_wrong(kind: str, number: str) -> None:
    with pytest.raises(BadDocument):
        read_document(kind, number)


def test_the_new_card_of_permanent_residents_is_checked() -> None:
    number = id_number(dt.date(1985, 6, 7), 12, place="911124")
    assert read_document("residence", number).born_on == dt.date(1985, 6, 7)
    with pytest.raises(BadDocument):
        read_document("residence", number[:-1] + ("0" if number[-1] != "0" else "1"))


def test_passports_of_two_countries_are_two_documents() -> None:
    assert identity_of("passport", "E12345678", "CHN") != identity_of("passport", "E12345678", "usa")
    assert identity_of("id", "810000198003010015") == identity_of("hkmotw", "810000198003010015")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_telephone_number_is_the_same_however_it_is_typed(number: str) -> None:
    for typed in (number, f"+86 {number}", f"0086{number}", f"{number[:3]}-{number[3:7]} {number[7:]}"):
        assert plain_phone(typed) == number
    assert plain_phone("电话") == ""
