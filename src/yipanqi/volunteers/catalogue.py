"""What apps above put on a volunteer's own page, tell of what is kept about somebody, and do when two become one or one is erased;
skills; the office's settings.

Locks: whoever locks shifts, accounts or orders together with volunteers locks those first and volunteers last, for a row that
points to a volunteer is held by whoever holds the volunteer. Merging and erasing are therefore about a pair or a request, let
apps above lock through `LOCKS_FIRST`, and only then lock the volunteers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import policy
from yipanqi.teams.catalogue import Panel
from yipanqi.volunteers.models import Volunteer


@dataclass(frozen=True)
class Kept:
    """A kind of rows kept about somebody: heading, column headings, and the rows as plain texts, numbers and days."""

    title: Any
    columns: Sequence[Any]
    rows: Callable[[Volunteer], Iterable[Sequence[Any]]]


#: Parts of one's own page `/volunteers/me/`.
OWN_PANELS: Catalogue[Panel] = Catalogue("parts of a volunteer's own page")
KEPT: Catalogue[Kept] = Catalogue("what is kept about a volunteer")
#: Row ids of volunteers that are about to be merged or erased: lock whatever of yours is locked before a volunteer.
LOCKS_FIRST: Catalogue[Callable[[Sequence[int]], None]] = Catalogue("what is locked before volunteers")
#: (kept, gone, at): what was of the second becomes the first's.
MERGES: Catalogue[Callable[[Volunteer, Volunteer, dt.datetime], None]] = Catalogue("what moves when two volunteers become one")
#: (volunteer, at): whatever tells who somebody was is erased; what is counted stays without a name.
ERASURES: Catalogue[Callable[[Volunteer, dt.datetime], None]] = Catalogue("what is erased with a volunteer")

SKILLS: Catalogue[Any] = Catalogue("skills")
for _key, _title in (
    ("first_aid", _("急救护理")), ("medical", _("医疗卫生")), ("counselling", _("心理咨询")), ("law", _("法律服务")), ("teaching", _("教育辅导")),
    ("lecture", _("理论宣讲")), ("arts", _("文艺表演")), ("sports", _("体育健身")), ("repair", _("家电维修")), ("hairdressing", _("理发")),
    ("computing", _("电脑和网络")), ("language", _("外语")), ("sign_language", _("手语")), ("driving", _("驾驶")), ("photography", _("摄影摄像")),
    ("cooking", _("烹饪")), ("gardening", _("园艺")), ("rescue", _("应急救援")),
):  # fmt: skip
    SKILLS.add(_key, _title)

LEAST_AGE = policy("volunteers.least_age", 8, _("志愿者最低年龄"), help=_("不满这个年龄的不登记。"), most=18)
GUARDED_AGE = policy(
    "volunteers.guarded_age", 14, _("须由监护人登记的年龄（不满）"), most=18,
    help=_("不满这个年龄的，由监护人用本人账号登记，或者同监护人到实践站登记；满这个年龄的未成年人可以自己注册，监护人另行同意。"),
)  # fmt: skip
CODE_DAYS = policy("volunteers.guardian_code_days", 14, _("监护人确认码有效天数"), least=1, most=90)
APPROVE_SELF = policy("volunteers.approve_self_registered", False, _("网上注册须经审核"), "bool", _("有身份证件的也要由实践站或中心审核后才算注册；没有证件的总是要核实。"))
ACCEPT_MEMBERS = policy("volunteers.accept_members", True, _("入队须经队长同意"), "bool")
LEADERS_ENTER = policy("volunteers.leaders_enter", True, _("队长可以代没有手机的人登记"), "bool")
ERASE_AFTER = policy("volunteers.erase_after_days", 15, _("申请删除后多少天执行"), help=_("这些天内本人可以撤回；到期自动执行。"), most=30)
ANSWER_WITHIN = policy("volunteers.answer_within_days", 15, _("更正申请须在多少天内答复"), least=1, most=60)
KEEP_LEFT = policy("volunteers.keep_left_days", 365, _("退出后登记资料保存天数"), help=_("到期清除姓名、证件、电话等资料；服务记录去除身份后保留。"), least=30, most=3650)
KEEP_UNFINISHED = policy("volunteers.keep_unfinished_days", 30, _("未完成的注册保存天数"), help=_("监护人一直没有同意，或者没有通过审核的，到期清除。"), least=7, most=365)
RESIDENTS = policy("volunteers.residents", 0, _("常住人口（人）"), help=_("计算注册志愿者占常住人口的比例；未填写则不计算。"), most=100_000_000)
RESIDENTS_SOURCE = policy("volunteers.residents_source", "", _("常住人口数据来源"), "text", _("例如：2025 年国民经济和社会发展统计公报。"))
RESIDENTS_YEAR = policy("volunteers.residents_year", 0, _("常住人口数据年份"), most=2100)
OWN_TEXT = policy(
    "volunteers.own_text",
    "我自愿注册为志愿者，所填信息真实、准确、完整。我同意文明实践中心为志愿服务的登记、组织、记录、评价和出具证明，处理我填写的姓名、证件号码、"
    "出生日期、联系方式、居住区域和服务记录；证件号码和电话加密保存，平时不显示，查看留有记录。我可以随时查看、更正、下载或者申请删除这些信息，可以随时退出。",
    _("个人信息处理同意书"), "text", _("修改后对以后的注册生效；每个人同意的是哪一版，各自留存。"),
)  # fmt: skip
GUARDIAN_TEXT = policy(
    "volunteers.guardian_text",
    "我是这名未成年人的监护人，已阅读个人信息处理同意书，同意其注册为志愿者、参加与年龄相适应的志愿服务，同意为此处理其个人信息。"
    "我知道可以随时撤回同意，撤回后其不再参加活动，已有的服务记录依法保存。",
    _("监护人同意书"), "text", _("不满十四周岁的个人信息属于敏感个人信息，监护人须单独同意。"),
)  # fmt: skip

TOO_MANY = _("这个网络地址本小时提交的太多了，请过一会儿再试，或者到就近的文明实践站办理。")
REGISTRATIONS = Allowance(policy("volunteers.registrations_per_hour", 20, _("同一网络地址每小时可提交的志愿者注册数"), help=_("学校、单位集体注册共用一个地址时可适当调高。"), least=1, most=10_000), TOO_MANY)
WRONG_CODES = Allowance(policy("volunteers.codes_per_hour", 20, _("同一网络地址每小时可试的监护人确认码数"), least=1, most=1000), TOO_MANY)
REVEALS = Allowance(
    policy("volunteers.reveals_per_hour", 30, _("同一人每小时可查看的志愿者电话和证件号码数"), help=_("防止成批抄录；查看一次记一次。"), least=1, most=1000),
    _("您本小时查看的电话和证件号码太多了，请过一会儿再看。"),
)  # fmt: skip
