"""The sheet of volunteers: what the national system exports, with its headings, taken in as often as one likes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from yipanqi.kernel.personal import mask
from yipanqi.places.models import Area
from yipanqi.sheets import Boolean, Choice, Code, Column, Date, Reference, RowResult, Sheet, Text, register, squash
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.teams.selectors import open_teams
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.catalogue import SKILLS
from yipanqi.volunteers.documents import BadDocument
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

DOCUMENT_WORDS = {
    "身份证": "id", "二代身份证": "id", "护照": "passport", "中国护照": "passport", "外国护照": "passport", "港澳通行证": "hkmo", "回乡证": "hkmo",
    "台胞证": "tw", "台湾通行证": "tw", "永久居留证": "residence", "外国人永久居留证": "residence", "居住证": "hkmotw", "港澳台居住证": "hkmotw", "军人证": "officer", "无": "none",
}  # fmt: skip
SEX_WORDS = {"男性": "m", "女性": "f", "1": "m", "2": "f"}
BETWEEN = re.compile(r"[、,，;；/|]+")


def _teams() -> Iterator[tuple[Team, Sequence[str]]]:
    return ((team, (team.name, team.code)) for team in open_teams())


class VolunteerSheet(Sheet):
    """Volunteers: one row each, found again by document or national number. Exports star numbers, imports leave starred cells alone."""

    name = "volunteers"
    title = __("志愿者")
    permission = "volunteers.save_volunteers"
    reading = "volunteers.export_volunteers"
    key = ("national_number", "document", "id_number")
    private = ("id_number", "phone", "emergency")
    columns = (
        Column("national_number", __("全国系统编号"), Code(longest=30), ("志愿者编号（全国）", "全国志愿者编号", "注册编号"), help=__("有证件号码的可以不填。"), example="620200200001"),
        Column("name", __("姓名"), Text(40), ("志愿者姓名", "真实姓名"), required=True, example="王示例"),
        Column("sex", __("性别"), Choice(pairs=Volunteer.Sex.choices, words=SEX_WORDS), help=__("身份证号码已经说明，可以不填。")),
        Column("document", __("证件类型"), Choice(pairs=Volunteer.Document.choices, words=DOCUMENT_WORDS), ("证件种类",), help=__("不填为居民身份证。")),
        Column("id_number", __("证件号码"), Code(longest=30), ("身份证号", "身份证号码", "证件号"), help=__("加密保存；带星号的不更改已登记的号码。"), example="620201198003010018"),
        Column("issued_by", __("护照签发国（三个字母）"), Code(longest=3), ("国籍",)),
        Column("born_on", __("出生日期"), Date(), ("生日", "出生年月日")),
        Column("phone", __("手机号"), Code(longest=24), ("手机", "手机号码", "联系电话"), help=__("加密保存；带星号的不更改。"), example="13900000000"),
        Column("area", __("居住区域"), Text(120), ("服务区域", "所在区域", "居住地", "现居住地"), help=__("写到街道或社区；认不出的留空，不影响登记。"), example="新华街道"),
        Column("party_member", __("党员"), Boolean(), ("是否党员", "中共党员")),
        Column("skills", __("特长"), Text(200), ("个人特长", "专业技能"), example="急救护理、外语"),
        Column("kinds", __("愿意参加的服务"), Text(200), ("服务类别", "服务意向")),
        Column("emergency", __("紧急联系人"), Text(60), ("紧急联系方式",)),
        Column("registered_on", __("注册日期"), Date(), ("注册时间", "登记日期"), help=__("不填为导入当天。")),
        Column("guardian_agreed", __("监护人已同意"), Boolean(), help=__("未成年人填写；没有同意的导入后等待监护人同意。")),
        Column("team", __("所在队伍"), Reference(lookup=_teams, show=lambda team: team.name), ("队伍", "志愿服务队伍", "所属组织")),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        hashes = {key: _digest(key[1] or "id", key[2]) for key in keys}
        by_hash, by_number = selectors.known_people([h for h in hashes.values() if h], [key[0] for key in keys if key[0]])
        found = {key: by_hash.get(hashes[key]) or by_number.get(key[0] or "") for key in keys}
        return {key: row for key, row in found.items() if row is not None}

    def doubts(self, rows: Sequence[RowResult]) -> Iterator[tuple[RowResult, str, str]]:
        find, words = _AreaFinder(), (("skills", _skills()), ("kinds", _kinds()))
        for row in rows:
            text = row.values.get("area")
            if text and find(text) is None:
                yield row, "area", _("认不出是哪个街道或社区，登记时留空。")
            for key, known in words:
                if strange := [word for word in _words(row.values.get(key)) if squash(word) not in known]:
                    yield row, key, _("没有“%(word)s”这一项，登记时略去。") % {"word": strange[0][:20]}

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        find, skills, kinds = _AreaFinder(), _skills(), _kinds()
        plain = []
        for row, _stored in rows:
            named = {
                "area": find(row.get("area") or ""), "skills": [skills[squash(word)] for word in _words(row.get("skills")) if squash(word) in skills],
                "kinds": [kinds[squash(word)] for word in _words(row.get("kinds")) if squash(word) in kinds],
            }  # fmt: skip
            plain.append({**row, **named})
        outcomes: list[str | Exception] = actions.save_volunteers(None, rows=plain, by=by, at=at)
        return outcomes

    def size(self, user: Any) -> int | None:
        return selectors.visible_to(user).count()

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        people = selectors.visible_to(user).filter(state=VolunteerState.REGISTERED).select_related("area").prefetch_related("kinds").order_by("id")
        for person in people.iterator(chunk_size=1000):
            plain = {key: getattr(person, key) for key in ("national_number", "name", "sex", "document", "issued_by", "born_on", "party_member", "registered_on")}
            yield {
                **plain, "id_number": mask(person.id_number), "phone": mask(person.phone), "emergency": mask(person.emergency), "area": person.area.name if person.area else "",
                "skills": _("、").join(str(SKILLS[key]) for key in person.skills if key in SKILLS), "kinds": _("、").join(kind.name for kind in person.kinds.all()),
            }  # fmt: skip


def _digest(document: str, number: Any) -> str:
    try:
        return selectors.identity_hash(document, str(number or "")) if number and "*" not in str(number) and document != "none" else ""
    except BadDocument:
        return ""


def _words(text: Any) -> list[str]:
    return [word for word in (part.strip() for part in BETWEEN.split(str(text or ""))) if word]


def _skills() -> dict[str, str]:
    return {squash(name): key for key, title in SKILLS.items() for name in (key, str(title))}


def _kinds() -> dict[str, ServiceKind]:
    return {squash(name): kind for kind in ServiceKind.objects.all() for name in (kind.key, kind.name)}


class _AreaFinder:
    """The area that an address as the national system writes it means: the smallest whose name stands in it."""

    def __init__(self) -> None:
        rows = list(Area.objects.defer("boundary").exclude(level=Area.Level.GRID))
        self._codes = {row.code: row for row in rows}
        self._named = sorted(rows, key=lambda row: (-len(row.path), -len(row.name)))
        self._seen: dict[str, Area | None] = {"": None}

    def __call__(self, text: str) -> Area | None:
        if text not in self._seen:
            known = self._codes.get(text.strip())
            self._seen[text] = known or next((row for row in self._named if len(row.name) > 1 and row.name in text), None)
        return self._seen[text]


VOLUNTEERS = register(VolunteerSheet())
