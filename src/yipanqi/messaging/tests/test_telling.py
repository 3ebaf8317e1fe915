"""News is told once, read by whom it is for, and leaves the house as each wishes."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging import actions, jobs, selectors
from yipanqi.messaging.catalogue import KINDS
from yipanqi.messaging.forms import GroupForm
from yipanqi.messaging.models import ChatGroup, Message, Sending
from yipanqi.messaging.tests.conftest import Gateway
from yipanqi.people.models import User
from yipanqi.people.tests.board import unit, user

pytestmark = pytest.mark.django_db
ZONE = dt.timezone(dt.timedelta(hours=8))
MONDAY = dt.datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
EVENING = MONDAY.replace(hour=22)


def tell(*people: User, why: str = "one", kind: str = "tests.news", at: dt.datetime = MONDAY, number: str = "A-1", **more: Any) -> Message | None:
    made: Message | None = actions.tell(None, kind=kind, facts={"number": number}, why=why, people=people, by=SYSTEM, at=at, **more)
    return made


@pytest.fixture
def liaison(settings: LazySettings) -> User:
    settings.EMAIL_HOST = "mail.example"
    made = user("liaison")
    made.email = "liaison@example.org"
    made.save()
    return made


def test_tell_twice_is_told_once(liaison: User) -> None:
    assert tell(liaison, liaison) is not None and tell(liaison) is None
    assert tell(liaison, user("desk")) is not None
    assert Message.objects.count() == 2 and Sending.objects.count() == 1


def test_tell_is_the_systems_alone(liaison: User) -> None:
    with pytest.raises(NotAllowed):
        actions.tell(None, kind="tests.news", facts={"number": "1"}, why="x", people=[liaison], by=liaison, at=MONDAY)


def test_read_is_for_the_addressee(liaison: User) -> None:
    message = tell(liaison)
    assert message is not None and str(message) == "案件 A-1 有新进展。" and message.link == "/cases/A-1/"
    with pytest.raises(NotAllowed):
        actions.read(message, by=user("desk"), at=MONDAY)
    assert selectors.unread_count(liaison) == 1
    assert actions.read(message, by=liaison, at=MONDAY).read_at == MONDAY
    assert actions.read(message, by=liaison, at=EVENING).read_at == MONDAY
    tell(liaison, why="two")
    actions.read_all(liaison, by=liaison, at=EVENING)
    assert selectors.unread_count(liaison) == 0


def test_send_each_at_once_in_working_time(liaison: User) -> None:
    tell(liaison)
    jobs.send_due(MONDAY)
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [(["liaison@example.org"], "【一盘棋】测试", "案件 A-1 有新进展。")]
    sending = Sending.objects.get()
    assert (sending.state, sending.attempts, bool(sending.sent_at)) == ("sent", 1, True)
    jobs.send_due(MONDAY)
    assert len(mail.outbox) == 1


def test_send_waits_for_working_time_unless_urgent(liaison: User) -> None:
    tell(liaison, at=EVENING)
    tell(liaison, why="alarm", kind="tests.alarm", at=EVENING)
    tell(liaison, why="severe", at=EVENING, urgent=True)
    jobs.send_due(EVENING)
    assert len(mail.outbox) == 2
    waiting = Sending.objects.get(state="waiting")
    assert waiting.next_at.astimezone(ZONE) >= MONDAY.replace(hour=0) + dt.timedelta(days=1)
    jobs.send_due(waiting.next_at)
    assert len(mail.outbox) == 3


def test_send_as_one_digest_a_day_or_not_at_all(liaison: User) -> None:
    actions.keep_wishes(liaison, ways={"tests.news/email": "daily"}, by=liaison, at=MONDAY)
    for n in range(3):
        tell(liaison, why=str(n), number=f"A-{n}")
    tell(liaison, why="alarm", kind="tests.alarm")
    jobs.send_due(MONDAY)
    assert [m.subject for m in mail.outbox] == ["【一盘棋】急件"]
    jobs.send_due(MONDAY.replace(hour=17))
    assert mail.outbox[1].subject == "【一盘棋】3 条消息"
    assert mail.outbox[1].body == "1. 案件 A-0 有新进展。\n\n2. 案件 A-1 有新进展。\n\n3. 案件 A-2 有新进展。"
    tell(liaison, why="late", at=MONDAY.replace(hour=17, minute=1))
    assert Sending.objects.get(state="waiting").digest_on == dt.date(2026, 3, 3)
    actions.keep_wishes(liaison, ways={"tests.news/email": "off"}, by=liaison, at=MONDAY)
    tell(liaison, why="off")
    assert Sending.objects.filter(state="waiting").count() == 1


def test_digest_that_is_out_takes_no_more_news_and_the_next_day_s_does(liaison: User) -> None:
    """News told late, or an hour that the office moved, finds the day's digest sent: telling must not fail for ever."""
    actions.keep_wishes(liaison, ways={"tests.news/email": "daily"}, by=liaison, at=MONDAY)
    tell(liaison, why="early")
    jobs.send_due(MONDAY.replace(hour=17))
    tell(liaison, why="told late", at=MONDAY.replace(hour=16, minute=59))
    tell(liaison, why="and one more", at=MONDAY.replace(hour=16, minute=59))
    keep_policy("messaging.digest_hour", 20, by="office", at=MONDAY)
    tell(liaison, why="hour moved", at=MONDAY.replace(hour=18))
    waiting = Sending.objects.get(state="waiting")
    assert waiting.digest_on == dt.date(2026, 3, 3) and waiting.messages.count() == 3
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("hour", "told", "due"),
    [
        (17, "2026-03-02T16:59:59", "2026-03-02T17:00:00"), (17, "2026-03-02T17:00:00", "2026-03-03T17:00:00"), (0, "2026-03-02T23:59:59", "2026-03-03T00:00:00"),
        (0, "2026-03-03T00:00:00", "2026-03-04T00:00:00"), (23, "2026-03-02T07:30:00", "2026-03-02T23:00:00"), (17, "2026-03-06T17:30:00", "2026-03-09T17:00:00"),
    ],
)  # fmt: skip
def test_digests_go_out_at_the_city_s_hour_on_working_days(hour: int, told: str, due: str) -> None:
    keep_policy("messaging.digest_hour", hour, by="office", at=MONDAY)
    for zone in (ZONE, dt.UTC):
        assert selectors.next_digest(dt.datetime.fromisoformat(f"{told}+08:00").astimezone(zone)) == dt.datetime.fromisoformat(f"{due}+08:00")


def test_digests_go_out_every_day_where_the_office_wants_no_waiting() -> None:
    keep_policy("messaging.wait_for_working_time", False, by="office", at=MONDAY)
    assert selectors.next_digest(dt.datetime(2026, 3, 6, 18, tzinfo=ZONE)) == dt.datetime(2026, 3, 7, 17, tzinfo=ZONE)


@pytest.mark.parametrize("ways", [{"no.such/email": "each"}, {"tests.news/pigeon": "each"}, {"tests.news/email": "hourly"}, {"tests.news/chat": "off"}])
def test_keep_wishes_refuses_what_there_is_not(liaison: User, ways: dict[str, str]) -> None:
    with pytest.raises(Refused):
        actions.keep_wishes(liaison, ways=ways, by=liaison, at=MONDAY)


def test_send_nothing_where_nobody_can_be_reached(settings: LazySettings) -> None:
    tell(user("desk"))
    settings.EMAIL_HOST = ""
    other = user("grid")
    other.email = "grid@example.org"
    other.save()
    tell(other)
    assert Message.objects.count() == 2 and not Sending.objects.exists()


def test_send_in_the_readers_language_with_the_address_of_the_page(liaison: User, settings: LazySettings) -> None:
    settings.SITE = "https://city.example"
    liaison.language = "en"
    liaison.save()
    tell(liaison)
    jobs.send_due(MONDAY)
    assert mail.outbox[0].subject == "【Yipanqi】测试" and mail.outbox[0].body.endswith("\nhttps://city.example/cases/A-1/")


def test_send_by_a_real_mail_server(liaison: User, mail_server: list[bytes]) -> None:
    tell(liaison)
    jobs.send_due(MONDAY)
    got = message_from_bytes(mail_server[0], policy=policy.default)
    assert got["Subject"].strip() == "【一盘棋】测试" and "案件 A-1 有新进展" in got.get_content()


def test_note_unsent_tries_again_and_gives_up_in_the_end(liaison: User, mail_server: list[bytes]) -> None:
    liaison.email = "nobody@example.org"
    liaison.save()
    tell(liaison)
    jobs.send_due(MONDAY)
    sending = Sending.objects.get()
    assert (sending.state, sending.error) == ("waiting", "发信服务器不接受这个收件地址，请核对。") and not mail_server
    Sending.objects.update(created_at=MONDAY - dt.timedelta(days=3), next_at=MONDAY)
    jobs.send_due(MONDAY)
    sending.refresh_from_db()
    assert (sending.state, sending.attempts) == ("failed", 2)
    jobs.send_due(MONDAY + dt.timedelta(days=1))
    liaison.email = "liaison@example.org"
    liaison.save()
    head = user("head")
    with pytest.raises(NotAllowed):
        actions.send_again(sending, by=liaison, at=MONDAY)
    actions.send_again(sending, by=head, at=MONDAY)
    jobs.send_due(MONDAY)
    assert len(mail_server) == 1
    with pytest.raises(WrongState):
        actions.send_again(sending, by=head, at=MONDAY)


def test_send_to_an_address_that_was_removed_meanwhile_is_noted(liaison: User) -> None:
    tell(liaison)
    User.objects.update(email="")
    jobs.send_due(MONDAY)
    assert Sending.objects.get().error == "收件人没有登记邮箱。"


def test_mail_server_that_is_away_is_waited_for(liaison: User, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tell(liaison)
    jobs.send_due(MONDAY)
    assert "连不上发信服务器" in Sending.objects.get().error


def test_begin_sending_is_taken_over_from_a_dead_worker_only(liaison: User) -> None:
    tell(liaison)
    sending = actions.begin_sending(Sending.objects.get(), by=SYSTEM, at=MONDAY)
    with pytest.raises(actions.Taken):
        actions.begin_sending(sending, by=SYSTEM, at=MONDAY)
    jobs.send(sending, MONDAY)
    assert not mail.outbox and not selectors.due(MONDAY)
    later = MONDAY + dt.timedelta(minutes=3)
    jobs.send_due(later)
    assert len(mail.outbox) == 1 and Sending.objects.get().attempts == 2


def test_sending_taken_while_the_clock_was_ahead_is_taken_over_once_it_is_set_back(liaison: User) -> None:
    tell(liaison)
    actions.begin_sending(Sending.objects.get(), by=SYSTEM, at=MONDAY + dt.timedelta(days=2))
    assert not mail.outbox
    jobs.send_due(MONDAY)
    assert len(mail.outbox) == 1


def test_chat_group_is_told_what_concerns_its_unit(gateway: Gateway) -> None:
    head, mine, other = user("head"), unit(), unit("sjj", name="市教育局")
    with pytest.raises(Refused, match="开头"):
        actions.add_group(None, name="群", url="http://example.org", kinds=["tests.news"], by=head, at=MONDAY)
    with pytest.raises(Refused, match="至少选择"):
        actions.add_group(None, name="群", url=gateway.url, kinds=[], by=head, at=MONDAY)
    group = actions.add_group(None, name="城管群", url=gateway.url, kinds=["tests.news"], unit=mine, by=head, at=MONDAY)
    with pytest.raises(Refused, match="重名"):
        actions.add_group(None, name="城管群", url=gateway.url, kinds=["tests.news"], by=head, at=MONDAY)
    tell(units=[mine])
    tell(units=[other], why="two")
    tell(units=[mine], why="three", kind="tests.alarm")
    jobs.send_due(MONDAY)
    assert [(t["title"], t["message"]) for t in gateway.told] == [("【一盘棋】测试", "案件 A-1 有新进展。")]
    gateway.answer = 500
    tell(units=[mine], why="four")
    jobs.send_due(MONDAY)
    failed = Sending.objects.get(state="waiting")
    assert failed.error == "工作群服务没有接收，请核对机器人地址。"
    actions.change_group(group, name="城管群", kinds=["tests.alarm"], active=False, by=head, at=MONDAY)
    tell(units=[mine], why="five", kind="tests.alarm")
    assert Sending.objects.count() == 2
    actions.remove_group(group, by=head, at=MONDAY)
    assert not ChatGroup.objects.exists() and not Sending.objects.exists()


def test_chat_group_is_never_told_what_concerns_a_person_alone(liaison: User) -> None:
    """Not even a group that was asked to hear it before: a complaint's code would open the complaint for everybody in the group."""
    head = user("head")
    assert {"burden.complaint", "burden.answer", "messaging.device_lost", "batches.ended"} <= {key for key, kind in KINDS.items() if kind.private}
    with pytest.raises(Refused, match="只发给本人"):
        actions.add_group(None, name="群", url="lark://" + "a" * 20, kinds=["tests.own"], by=head, at=MONDAY)
    group = actions.add_group(None, name="群", url="lark://" + "a" * 20, kinds=["tests.news"] * 3, by=head, at=MONDAY)
    assert group.kinds == ["tests.news"], "named often, told once"
    ChatGroup.objects.filter(pk=group.pk).update(kinds=["tests.own", "tests.news"])
    tell(liaison, kind="tests.own")
    assert Message.objects.get().to == liaison and ChatGroup.objects.get().told == ["测试"]
    assert "tests.own" not in dict(GroupForm().fields["kinds"].choices)  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["dingtalk://" + "a" * 64, "wecombot://" + "a" * 20, "lark://" + "a" * 20])
def test_add_group_of_a_known_service(url: str) -> None:
    group = actions.add_group(None, name="群", url=url, kinds=["tests.news"], by=user("head"), at=MONDAY)
    assert ChatGroup.objects.get(pk=group.pk).url == url


@pytest.mark.parametrize("url", ["", "mailto://a:b@example.org", "json://127.0.0.1/x", "file:///etc/passwd", "syslog://", "dingtalk://"])
def test_add_group_of_anything_else_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        actions.add_group(None, name="群", url=url, kinds=["tests.news"], by=user("head"), at=MONDAY)


@pytest.mark.parametrize(
    "url", ["jsons://169.254.169.254/latest", "jsons://10.0.0.5:6379/", "jsons://gateway.example@10.0.0.5/", "jsons://gateway.example.evil.example/", "jsons://evil.example/?a=@gateway.example"],
)  # fmt: skip
def test_nobody_makes_the_server_call_a_host_of_their_choice(url: str, settings: LazySettings) -> None:
    settings.CHAT_HOSTS = ["gateway.example"]
    with pytest.raises(Refused, match="YIPANQI_CHAT_HOSTS"):
        actions.add_group(None, name="群", url=url, kinds=["tests.news"], by=user("head"), at=MONDAY)


def test_gateway_taken_off_the_list_is_called_no_more(gateway: Gateway, settings: LazySettings) -> None:
    actions.add_group(None, name="群", url=gateway.url, kinds=["tests.news"], by=user("head"), at=MONDAY)
    settings.CHAT_HOSTS = []
    tell()
    jobs.send_due(MONDAY)
    assert gateway.told == [] and Sending.objects.get().error == "工作群的机器人地址不可用，请修改。"


def test_forget_drops_what_is_old(liaison: User) -> None:
    tell(liaison)
    tell(liaison, why="two", at=MONDAY + dt.timedelta(days=100))
    jobs.forget_old(MONDAY + dt.timedelta(days=200))
    assert Message.objects.count() == Sending.objects.count() == 1
