"""Volunteers from the national system: known again, updated, never doubled, never brought back; a mapping names foreign headings."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.sheets import SHEETS, preview, run_import
from yipanqi.volunteers import actions
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.tests.world import NOW, TODAY, Town, enrol, id_number

pytestmark = pytest.mark.django_db
SHEET = SHEETS["volunteers"]


def save(*rows: dict[str, Any], by: Any = SYSTEM) -> list[Any]:
    return actions.save_volunteers(None, rows=rows, by=by, at=NOW)


def row(order: int = 1, **more: Any) -> dict[str, Any]:
    return {"name": "王示例", "id_number": id_number(order=order), "national_number": f"N{order}", **more}


def table(*lines: str) -> io.BytesIO:
    file = io.BytesIO("\n".join(lines).encode())
    file.name = "volunteers.csv"
    return file


def test_save_volunteers_makes_registered_people(town: Town) -> None:
    outcome = save(row(phone="13900001111", area=town.east, kinds=[town.kind], registered_on=dt.date(2021, 1, 1), team=town.team, party_member=True))
    person = Volunteer.objects.get()
    assert outcome == ["created"]
    assert (person.state, person.registered_on, person.source, person.born_on) == ("registered", dt.date(2021, 1, 1), "national", dt.date(1980, 3, 1))
    assert list(person.kinds.all()) == [town.kind] and person.memberships.get().team == town.team and person.party_member
    assert person.user is None and person.number


def test_save_volunteers_again_changes_nothing(town: Town) -> None:
    given = [row(order, area=town.east, team=town.team, kinds=[town.kind]) for order in range(1, 6)]
    assert save(*given) == ["created"] * 5
    assert save(*given) == ["unchanged"] * 5
    assert Volunteer.objects.count() == 5 and town.team.memberships.count() == 5


def test_same_person_by_document_or_by_number_is_updated(town: Town) -> None:
    save(row())
    assert save({"name": "王示例", "id_number": id_number(), "phone": "13900001111"}) == ["updated"]
    assert save({"name": "王新名", "national_number": "N1"}) == ["updated"]
    person = Volunteer.objects.get()
    assert (person.name, person.phone, person.id_number) == ("王新名", "13900001111", id_number())


def test_who_registered_here_is_given_the_national_number_and_keeps_the_own_telephone(town: Town) -> None:
    person = enrol()
    assert save(row(phone="13911119999", party_member=True)) == ["updated"]
    person.refresh_from_db()
    assert (person.national_number, person.phone, person.party_member, person.source) == ("N1", "13900080001", True, "self")


def test_two_rows_of_one_person_in_one_batch(town: Town) -> None:
    assert save(row(), {"name": "王示例", "id_number": id_number(), "phone": "13900001111"}, {"name": "王示例", "national_number": "N1"}) == ["created", "updated", "unchanged"]
    assert Volunteer.objects.get().phone == "13900001111"


def test_contradictions_are_refused_row_by_row(town: Town) -> None:
    save(row(1), row(2))
    outcomes = save(
        {"name": "王示例", "id_number": id_number(order=1), "national_number": "N2"}, {"name": "王示例", "id_number": id_number(order=3), "national_number": "N1"},
        {"name": "王示例", "id_number": id_number(order=1), "national_number": "N9"}, row(4, id_number="620201198003010010"), {"name": "王示例"}, {"name": "", "national_number": "N5"}, row(6),
    )  # fmt: skip
    assert [type(one) is str for one in outcomes] == [False] * 6 + [True]
    assert all(isinstance(one, Refused) for one in outcomes[:6])
    assert Volunteer.objects.count() == 3


def test_starred_cells_leave_what_is_stored(town: Town) -> None:
    save(row(phone="13900001111"))
    assert save({"name": "王示例", "national_number": "N1", "id_number": "620***********0018", "phone": "139****1111"}) == ["unchanged"]
    assert Volunteer.objects.get().phone == "13900001111"


def test_the_erased_are_not_brought_back(town: Town) -> None:
    save(row())
    person = Volunteer.objects.get()
    actions.agree_to_request(actions.ask_erasure(person, by=town.centre, at=NOW), by=town.centre, at=NOW)
    assert save(row()) == ["unchanged"]
    assert save({"name": "王示例", "national_number": "N1"}) == ["unchanged"]
    assert Volunteer.objects.get().state == "erased"


def test_those_who_left_stay_away(town: Town) -> None:
    save(row())
    actions.leave(Volunteer.objects.get(), by=SYSTEM, at=NOW)
    assert save(row(phone="13900001111")) == ["unchanged"]
    assert Volunteer.objects.get().state == "left"


def test_minors_wait_for_consent_unless_it_is_told(town: Town) -> None:
    young = {"name": "王小宝", "id_number": id_number(dt.date(2012, 1, 1), 1), "national_number": "Y1"}
    agreed = {"name": "王中宝", "id_number": id_number(dt.date(2012, 1, 1), 2), "national_number": "Y2", "guardian_agreed": True}
    small = {"name": "王幼儿", "id_number": id_number(dt.date(2020, 1, 1), 3), "national_number": "Y3"}
    outcomes = save(young, agreed, small)
    assert outcomes[:2] == ["created", "created"] and isinstance(outcomes[2], Refused)
    assert dict(Volunteer.objects.values_list("national_number", "state")) == {"Y1": "consent", "Y2": "registered"}
    assert save({**young, "guardian_agreed": True}) == ["updated"]
    person = Volunteer.objects.get(national_number="Y1")
    assert person.state == "registered" and person.registered_on == TODAY and person.consents.get().how == "imported"


def test_merged_entries_are_known_as_whom_they_became(town: Town) -> None:
    from yipanqi.volunteers.models import Pair  # noqa: PLC0415  used here alone

    save({"name": "王示例", "national_number": "N1", "born_on": dt.date(1980, 3, 1)}, {"name": "王示例", "id_number": "H12345678", "document": "hkmo", "born_on": dt.date(1980, 3, 1)})
    first, second = Volunteer.objects.order_by("pk")
    actions.find_pairs(None, by=SYSTEM, at=NOW)
    actions.merge(Pair.objects.get(), keep=first, why="同一人", by=town.centre, at=NOW)
    assert save({"name": "王示例", "id_number": "H12345678", "document": "hkmo", "phone": "13900001111"}) == ["updated"]
    first.refresh_from_db()
    assert first.phone == "13900001111" and first.document == "hkmo"


def test_only_the_centre_imports(town: Town) -> None:
    with pytest.raises(NotAllowed):
        save(row(), by=town.station)
    assert save(row(), by=town.centre) == ["created"]


def test_sheet_reads_the_national_headings_with_a_mapping(town: Town) -> None:
    lines = ["编码,志愿者,证件种类,身份证号,手机,居住地,个人特长,服务意向", f"N1,王示例,身份证,{id_number()},13900001111,甘肃省示例市东街道某小区,急救护理、飞行,关爱帮扶"]
    mapping = {"编码": "national_number", "志愿者": "name"}
    report = run_import(SHEET, table(*lines), partial=False, dry_run=False, by=SYSTEM, at=NOW, mapping=mapping)
    person = Volunteer.objects.get()
    assert report.saved and report.created == 1, [r.errors for r in report.rejected]
    assert (person.area, person.skills, list(person.kinds.all())) == (town.east, ["first_aid"], [town.kind])
    assert any("飞行" in warning for warning in report.warnings)
    again = run_import(SHEET, table(*lines), partial=False, dry_run=False, by=SYSTEM, at=NOW, mapping=mapping)
    assert again.unchanged == 1


def test_sheet_tells_errors_per_row_and_writes_none_or_the_good_ones(town: Town) -> None:
    lines = ["姓名,证件号码", f"王示例,{id_number()}", "李错号,620201198003010010", "赵三字,"]
    report = run_import(SHEET, table(*lines), partial=False, dry_run=False, by=SYSTEM, at=NOW)
    assert not report.saved and {one.line_no for one in report.rejected} == {3, 4} and not Volunteer.objects.exists()
    report = run_import(SHEET, table(*lines), partial=True, dry_run=False, by=SYSTEM, at=NOW)
    assert report.saved and Volunteer.objects.count() == 1
    assert preview(SHEET, table(*lines)).counts["known"] == 1


def test_sheet_exports_starred_numbers_to_those_who_may(town: Town) -> None:
    save(row(phone="13900001111", area=town.east, skills=["law"], kinds=[town.kind]))
    told = list(SHEET.rows(town.centre))
    assert told[0]["phone"] == "139****1111" and "*" in told[0]["id_number"] and told[0]["skills"] == "法律服务" and told[0]["kinds"] == "关爱帮扶"
    assert list(SHEET.rows(town.desk)) == [] and SHEET.size(town.centre) == 1
