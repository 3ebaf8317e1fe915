"""What the office settles about activities, and who knows which volunteer has which training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import policy


@dataclass(frozen=True)
class TrainingBook:
    """Trainings that an app above keeps: `titles()` by key, `holders(volunteer_ids, key)` those of the volunteers who have it."""

    titles: Callable[[], Mapping[str, str]]
    holders: Callable[[Iterable[int], str], set[int]]


#: Without a book that knows it a training cannot be checked: the leader asks for it on the spot.
TRAININGS: Catalogue[TrainingBook] = Catalogue("books of trainings")


def trainings() -> dict[str, str]:
    """All trainings that can be asked for, key and title."""
    return {key: title for _name, book in TRAININGS.items() for key, title in book.titles().items()}


def without_training(volunteer_ids: Iterable[int], key: str) -> set[int]:
    """Those of the volunteers who lack a training; none where no book knows it."""
    ids, books = set(volunteer_ids), [book for _name, book in TRAININGS.items() if key in book.titles()]
    return ids - set().union(*(book.holders(ids, key) for book in books)) if key and books else set()


#: What photos of closing reports are attached to.
ACTIVITY_PHOTOS = "activities.activity"
#: From this age on nobody is a minor (Civil Code, article 17).
OF_AGE = 18
HORIZON_DAYS = policy("activities.horizon_days", 35, _("系列活动提前生成的天数"), help=_("如“逢6上街”，今后这些天里的各期自动建好并开放报名。"), least=7, most=180)
REMIND_HOURS = policy("activities.remind_hours", 24, _("班次开始前多少小时提醒"), help=_("提醒已报名的志愿者，0 表示不提醒。"), most=168)
ADULTS = policy("activities.adults_with_minors", 2, _("有未成年人的班次至少几名成年志愿者"), help=_("成年志愿者不够时，未成年人先候补，够了自动递补。0 表示不要求。"), most=10)
NOT_FOR_MINORS = policy(
    "activities.not_for_minors", ["rescue"], _("未成年人不能参加的服务"), "json", _("服务类别或主题的编码，例如应急救援 rescue。"),
)  # fmt: skip
NEAR_KM = policy("activities.near_km", 3.0, _("“附近活动”的范围（公里）"), "float", least=0.5, most=50)
RESULT_UNITS = policy(
    "activities.result_units",
    {"清理烟头": "个", "清理垃圾": "袋", "清理小广告": "处", "擦洗公交站牌": "个", "规范车辆停放": "辆", "劝导不文明行为": "人次", "发放宣传资料": "份", "理论宣讲": "场", "走访慰问": "户", "义诊": "人次"},
    _("结项报告常用的成果和单位"), "json", _("填写结项报告时供选择，也可以另写。"),
)  # fmt: skip
