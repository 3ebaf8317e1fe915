"""What the office does on its own pages: settings, photos for the public, kept views, retries, checks of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.desk.models import OpeningView, SavedView
from yipanqi.desk.saved import tidy
from yipanqi.desk.selectors import SHOWS_BEFORE
from yipanqi.files import actions as files
from yipanqi.files.models import Photo
from yipanqi.kernel import journal
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.models import Delivery, JobRun, Policy
from yipanqi.kernel.policy import POLICIES, keep_policy
from yipanqi.people.models import User

MOST_VIEWS = 30


class UnknownPolicy(Refused):
    """No app declared a setting of this key."""

    message = _("没有这项设置")
    status = 404


class OutOfRange(Refused):
    """A number that the setting does not allow."""


@action
def change_policy(_nothing: None, *, key: str, value: Any, by: Actor, at: datetime) -> Policy:
    """The office decides a setting; `value` None goes back to the declared default.

    Raises:
        UnknownPolicy: no app declared `key`.
        OutOfRange: a number that is too small or too large for it.
    """
    spec = POLICIES.get(key)
    if spec is None:
        raise UnknownPolicy
    chosen = spec.default if value is None else value
    if spec.kind in ("int", "float") and not spec.least <= chosen <= spec.most:
        facts = {"title": spec.title, "least": f"{spec.least:g}", "most": f"{spec.most:,.0f}"}
        raise OutOfRange(_("“%(title)s”应在 %(least)s 和 %(most)s 之间，没有保存。") % facts)
    return keep_policy(key, chosen, by=by.actor_key, at=at)


@action
def publish_pair(case: Case, *, after: str, before: str = "", looked: bool, by: Actor, at: datetime) -> Case:
    """Show the public one photo of a mended case, and one from before it was mended; any others no longer.

    Args:
        after, before: uuids of photos of the case; `before` may be left empty.
        looked: somebody has made sure that no face, number plate or house number can be read in them.

    Raises:
        Refused: the case is not closed, nobody looked, or a photo is not the case's or shows the wrong side of the mending.
    """
    photos = {str(photo.uuid): photo for photo in cases.photos(case)}
    chosen = [photos.get(after), photos.get(before)] if before else [photos.get(after)]
    if case.state != State.CLOSED or chosen[0] is None or chosen[0].kind != Photo.Kind.AFTER:
        raise Refused(_("只有已销号案件的照片可以公开，并且要有整改后的照片。"))
    if chosen[-1] is None or (before and chosen[-1].kind not in SHOWS_BEFORE):
        raise Refused(_("请从本案整改前的照片中选择一张。"), field="before")
    if not looked:
        raise Refused(_("请逐张看过，确认照片里没有人脸、车牌和门牌，再勾选确认。"), field="looked")
    for photo in photos.values():
        if photo.is_public and photo not in chosen:
            files.unpublish_photo(photo, by=by, at=at)
        elif photo in chosen and not photo.is_public:
            files.publish_photo(photo, by=by, at=at)
    return case


@action
def withdraw_pair(case: Case, *, by: Actor, at: datetime) -> Case:
    """Take all photos of a case back from the public."""
    for photo in cases.photos(case):
        if photo.is_public:
            files.unpublish_photo(photo, by=by, at=at)
    return case


@action
def retry_delivery(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A delivery that was given up is tried again at once, with a fresh count of attempts.

    Raises:
        Refused: it has not failed, or was delivered meanwhile.
    """
    if delivery.state != Delivery.State.FAILED:
        raise Refused(_("这次投递没有失败，或已经重试过了。"))
    delivery.state, delivery.attempts, delivery.next_at = Delivery.State.WAITING, 0, at
    delivery.save(update_fields=["state", "attempts", "next_at"])
    return delivery


@action
def note_export(_nothing: None, *, sheet: str, rows: int, full: bool = False, by: Actor, at: datetime) -> None:
    """A sheet was taken out, with so many rows: the journal keeps who did it and when. `sheet` is its name; `full` says
    that somebody asked for names and telephones that are starred otherwise.
    """


@action
def retry_job(run: JobRun, *, by: Actor, at: datetime) -> JobRun:
    """A scheduled job becomes due now instead of at its next time.

    Raises:
        Refused: no such job is registered any more.
    """
    if run.key not in JOBS:
        raise Refused(_("这项定时任务已不存在。"))
    run.due_at = at
    run.save(update_fields=["due_at"])
    return run


@action
def check_journal(_nothing: None, *, by: Actor, at: datetime) -> journal.Fault | None:
    """Re-derive the whole journal; the first row that does not fit, or None. That it was asked is itself written down."""
    return journal.verify(now=at)


@action(private=("query",))
def keep_view(user: User, *, name: str, query: str, by: Actor, at: datetime) -> SavedView:
    """Keep filters and order of the case list under a name, for oneself.

    Args:
        query: as in the address of the list; what the list does not know is left out.

    Raises:
        Refused: no name, one that is taken, nothing to keep, or too many views.
    """
    kept = tidy(query)
    if not kept:
        raise Refused(_("请先选好筛选或排序，再保存为视图。"), field="query")
    if len(kept) > SavedView._meta.get_field("query").max_length:  # type: ignore[operator]
        raise Refused(_("筛选条件太长，请减少后再保存。"), field="query")
    mine = SavedView.objects.filter(owner=user)
    if mine.count() >= MOST_VIEWS:
        raise Refused(_("每人最多保存 %(most)d 个视图，请先删除不用的。") % {"most": MOST_VIEWS})
    last = mine.order_by("-position").values_list("position", flat=True).first()
    return SavedView.objects.create(owner=user, name=_view_name(user, name), query=kept, position=(last or 0) + 1, kept_at=at)


def _view_name(owner: User, name: str, view: SavedView | None = None) -> str:
    tidied = cases.plain(name).strip()
    if not tidied or len(tidied) > SavedView._meta.get_field("name").max_length:  # type: ignore[operator]
        raise Refused(_("请给视图起个名字，最多 30 字。"), field="name")
    if any(one != view for one in SavedView.objects.filter(owner=owner, name=tidied)):
        raise Refused(_("已有叫“%(name)s”的视图，请换个名字。") % {"name": tidied}, field="name")
    return tidied


@action
def rename_view(view: SavedView, *, name: str, by: Actor, at: datetime) -> SavedView:
    """Give a view another name.

    Raises:
        Refused: no name, or one that is taken.
    """
    view.name = _view_name(view.owner, name, view)
    view.save(update_fields=["name"])
    return view


@action
def remove_view(view: SavedView, *, by: Actor, at: datetime) -> None:
    """Take a view away, from all who see it; for whom the list opened with it, it opens as ever."""
    SavedView.objects.filter(pk=view.pk).delete()


@action
def move_view(view: SavedView, *, earlier: bool, by: Actor, at: datetime) -> SavedView:
    """Put a view one place earlier or later among one's own; at the end nothing happens."""
    mine = list(SavedView.objects.filter(owner=view.owner).order_by("position", "name", "pk"))
    place = mine.index(view)
    other = place - 1 if earlier else place + 1
    if 0 <= other < len(mine):
        mine[place], mine[other] = mine[other], mine[place]
    for number, one in enumerate(mine, 1):
        one.position = number
    SavedView.objects.bulk_update(mine, ["position"])
    return view


@action
def share_view_with_unit(view: SavedView, *, by: Actor, at: datetime) -> SavedView:
    """Everyone of the owner's unit sees the view.

    Raises:
        Refused: the owner serves in no unit.
    """
    if view.owner.main_unit is None:
        raise Refused(_("您目前没有任职单位，不能分享给本单位。"))
    return _shown_to(view, SavedView.For.UNIT)


@action
def share_view_with_all(view: SavedView, *, by: Actor, at: datetime) -> SavedView:
    """Everyone who works with cases sees the view; each finds in it what they may see."""
    return _shown_to(view, SavedView.For.ALL)


@action
def keep_view_to_owner(view: SavedView, *, by: Actor, at: datetime) -> SavedView:
    """A view that was shared is its owner's alone again."""
    return _shown_to(view, SavedView.For.OWNER)


def _shown_to(view: SavedView, whom: SavedView.For) -> SavedView:
    view.shown_to = whom
    view.unit = view.owner.main_unit if whom == SavedView.For.UNIT else None
    view.save(update_fields=["shown_to", "unit"])
    return view


@action
def open_with_view(view: SavedView, *, by: User, at: datetime) -> SavedView:
    """The case list opens with this view for whoever asks for it."""
    OpeningView.objects.update_or_create(user=by, defaults={"view": view})
    return view


@action
def open_without_view(user: User, *, by: Actor, at: datetime) -> User:
    """The case list opens for this person as they left it."""
    OpeningView.objects.filter(user=user).delete()
    return user
