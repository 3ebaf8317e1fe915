"""The standard's pages in Chinese, through the browser's eyes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from yipanqi.kernel.actors import SYSTEM
from yipanqi.standards import actions, selectors
from yipanqi.standards.forms import ClassForm, ItemForm, RowForm
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory
from yipanqi.standards.tests.conftest import NOW, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
KEY = "GB/T 47678.5-2026|event|06012"
CLASS = f"/standards/classes/{quote(KEY)}/"
EDITION = "/standards/editions/YPQ-2026/"


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == status, address
    return answer.content.decode()


def posted(form: RowForm, **changed: object) -> dict[str, object]:
    """What a browser would send back from a form as shown, with some fields changed."""
    data: dict[str, object] = {}
    for bound in form:
        value = bound.value()
        if bound.field.widget.__class__.__name__ == "CheckboxSelectMultiple":
            data[bound.name] = [str(one) for one in value or []]
        elif value is True:
            data[bound.name] = "on"
        elif value is not None and value is not False:
            data[bound.name] = str(value)
    return {name: value for name, value in {**data, **changed}.items() if value is not None}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/standards/", "点位类型与检查项"),
        ("/standards/categories/", "主次干道"),
        ("/standards/categories/?edition=YPQ-2026", "街面与公共空间"),
        ("/standards/categories/village/", "村庄干净"),
        ("/standards/classes/", "共 321 类"),
        ("/standards/classes/?q=0136", "共 1 类"),
        ("/standards/classes/?q=没有这种", "没有符合条件的问题类别"),
        ("/standards/classes/?severity=x", "共 321 类"),
        (CLASS, "道路不洁"),
        ("/standards/editions/", "全国文明城市实地测评参考标准"),
        (EDITION, "实地考察"),
        (EDITION + "diff/", "还只有这一个版本"),
    ],
)
def test_everyone_signed_in_reads(address: str, words: str) -> None:
    assert words in text_of(signed_in("auditor"), address)


@pytest.mark.parametrize("address", ["/standards/categories/", "/standards/classes/", CLASS, EDITION])
def test_a_stranger_is_asked_to_sign_in(address: str) -> None:
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    ["categories/none/", "classes/none/", "editions/none/", "categories/?edition=none", "editions/YPQ-2026/diff/?against=none",
     "editions/YPQ-2026/items/none/change/", "editions/YPQ-2026/indicators/none/change/"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(address: str) -> None:
    text_of(signed_in("head"), f"/standards/{address}", 404)


@pytest.mark.parametrize(
    "address",
    ["categories/add/", "categories/village/change/", "classes/add/", f"classes/{quote(KEY)}/change/",
     "editions/YPQ-2026/copy/", "editions/YPQ-2026/change/", "editions/YPQ-2026/items/add/?category=village",
     "editions/YPQ-2026/items/VL-01/change/", "editions/YPQ-2026/indicators/add/?parent=F",
     "editions/YPQ-2026/indicators/F-rural/change/"],
)  # fmt: skip
def test_edit_pages_are_for_the_head_alone(address: str) -> None:
    assert "保存" in text_of(signed_in("head"), f"/standards/{address}")
    assert "只有创城办负责人可以修改测评标准" in text_of(signed_in("desk"), f"/standards/{address}", 403)


def test_change_class_on_screen() -> None:
    client, row = signed_in("head"), IssueClass.objects.get(key=KEY)
    form = ClassForm(instance=row)
    answer = client.post(CLASS + "change/", posted(form, verify_amount="2", severity="3"), follow=True)
    row.refresh_from_db()
    assert answer.status_code == 200 and "已保存" in answer.content.decode()
    assert row.severity == 3 and row.clocks["verify"] == {"amount": 2, "clock": "work_hour"}
    assert row.clocks["handle"] == form.instance.clocks["handle"]


def test_change_class_on_screen_keeps_and_changes_stages() -> None:
    client, row = signed_in("head"), IssueClass.objects.get(name="供水井盖异常")
    address = f"/standards/classes/{quote(row.key)}/change/"
    client.post(address, posted(ClassForm(instance=row), name="供水井盖"))
    again = IssueClass.objects.get(pk=row.pk)
    assert (again.name, again.clocks) == ("供水井盖", row.clocks)
    client.post(address, posted(ClassForm(instance=again), step1_amount="", step1_clock="", step1_title=""))
    again.refresh_from_db()
    assert again.clocks["handle"] == {"amount": 3, "clock": "work_day"}


def test_change_class_on_screen_says_what_is_wrong() -> None:
    client, row = signed_in("head"), IssueClass.objects.get(key=KEY)
    answer = client.post(CLASS + "change/", posted(ClassForm(instance=row), handle_amount="0"))
    assert answer.status_code == 422 and "整改时限应大于零" in answer.content.decode()
    stale = posted(ClassForm(instance=row), severity="2")
    actions.change_issue_class(row, values={"severity": 4}, by=SYSTEM, at=NOW)
    answer = client.post(CLASS + "change/", stale)
    assert answer.status_code == 422 and "已被他人修改" in answer.content.decode()


def test_add_class_on_screen() -> None:
    data = {
        "code": "31001", "name": "风沙堆积", "group_code": "31", "group_name": "沙尘", "department_type": "sanitation",
        "severity": "2", "active": "on", "handle_amount": "3", "handle_clock": "work_day",
    }  # fmt: skip
    client = signed_in("head")
    client.post("/standards/classes/add/", data)
    made = IssueClass.objects.get(key="local|extension|31001")
    assert made.clocks == {"handle": {"amount": 3, "clock": "work_day"}}
    assert "已有编码 31001" in client.post("/standards/classes/add/", data).content.decode()


def test_categories_are_added_and_changed_on_screen() -> None:
    client = signed_in("head")
    data = {
        "key": "gas_station",
        "code_prefix": "GX",
        "name": "加油站",
        "group": "market",
        "department_type": "commerce",
        "order": "41",
    }
    assert client.post("/standards/categories/add/", data).status_code == 302
    row = PlaceCategory.objects.get(key="gas_station")
    data |= {"name": "加油加气站", "seen": selectors.fingerprint(row)}
    assert client.post("/standards/categories/gas_station/change/", data).status_code == 302
    assert PlaceCategory.objects.get(key="gas_station").name == "加油加气站"
    assert "还没有检查项" in text_of(client, "/standards/categories/gas_station/")


def test_items_are_added_changed_and_removed_on_screen() -> None:
    client, edition = signed_in("head"), Edition.objects.get()
    shown = client.get(EDITION + "items/add/?category=village").context["form"]
    assert (shown.initial["code"], shown.initial["order"]) == ("VL-13", 13)
    data = posted(shown, text="村口有路牌", kind="boolean")
    assert client.post(EDITION + "items/add/?category=village", data).status_code == 302
    item = CheckItem.objects.get(code="VL-13")
    data = posted(ItemForm(instance=item, edition=edition), kind="count", measure="provisions")
    answer = client.post(EDITION + "items/VL-13/change/", data)
    assert answer.status_code == 422 and "达标数" in answer.content.decode()
    data |= {"target": "2", "indicators": [str(edition.indicators.get(code="F-rural").pk)]}
    assert client.post(EDITION + "items/VL-13/change/", data).status_code == 302
    assert [one.code for one in item.indicators.all()] == ["F-rural"]
    assert client.post(EDITION + "items/VL-13/remove/").status_code == 302
    assert not CheckItem.objects.filter(code="VL-13").exists()


def test_indicators_are_added_changed_and_removed_on_screen() -> None:
    client, edition = signed_in("head"), Edition.objects.get()
    parent = edition.indicators.get(code="M").pk
    data = {"code": "M-01", "name": "工作机制", "parent": parent, "weight": "1", "method": "material"}
    assert client.post(EDITION + "indicators/add/", data).status_code == 302
    assert client.post(EDITION + "indicators/M-01/change/", data | {"name": "组织领导"}).status_code == 302
    assert "组织领导" in text_of(client, EDITION)
    assert "下级指标" in client.post(EDITION + "indicators/M/remove/").content.decode()
    assert client.post(EDITION + "indicators/M-01/remove/").status_code == 302


def test_an_edition_is_copied_changed_compared_and_published_on_screen() -> None:
    client = signed_in("head")
    made = client.post(EDITION + "copy/", {"code": "JYG-2027", "name": "嘉峪关2027"})
    assert (made.status_code, made.headers["Location"]) == (302, "/standards/editions/JYG-2027/")
    assert client.post(EDITION + "copy/", {"code": "JYG-2027", "name": "又一个"}).status_code == 422
    assert client.post(EDITION + "copy/", {"code": "带 空格", "name": "又一个"}).status_code == 422
    mine = "/standards/editions/JYG-2027/"
    shown = posted(
        client.get(mine + "change/").context["form"], name="嘉峪关市2027", part_field="60", part_material="0"
    )
    assert client.post(mine + "change/", shown | {"part_survey": "40", "sample_pass_C": "1"}).status_code == 302
    client.post(mine + "items/VL-12/remove/")
    words = text_of(client, mine + "diff/")
    assert (
        "嘉峪关市2027" in words
        and "VL-12" in words
        and "新增 0，删除 1，改动 0，未变 546" in words
        and "材料审核" in words
    )
    assert "A 0，C 1" in words and "A 0，C 1" in text_of(client, mine)
    assert "复制自 YPQ-2026" in text_of(client, "/standards/editions/")
    assert "已发布为现行版本" in client.post(mine + "moves/publish/", follow=True).content.decode()
    assert selectors.current_edition() == Edition.objects.get(code="JYG-2027")
    assert "查看其他版本" in text_of(client, "/standards/categories/")
    client.post(mine + "moves/retire/")
    assert selectors.current_edition() is None


def test_a_draft_is_discarded_on_screen() -> None:
    client = signed_in("head")
    client.post(EDITION + "copy/", {"code": "JYG-2027", "name": "嘉峪关2027"})
    assert client.post("/standards/editions/JYG-2027/moves/discard/").status_code == 302
    assert not Edition.objects.filter(code="JYG-2027").exists()
    assert "只有编制中的版本可以删除" in client.post(EDITION + "moves/discard/").content.decode()


def test_a_frozen_edition_says_so_on_screen() -> None:
    client = signed_in("head")
    assert "版本已封存" in client.post(EDITION + "moves/use/", follow=True).content.decode()
    assert "已使用，不再修改" in text_of(client, "/standards/categories/village/")
    assert "新增检查项" not in text_of(client, "/standards/categories/village/")
    assert "请复制成新版本后修改" in text_of(client, EDITION + "items/VL-01/change/")
    answer = client.post(EDITION + "items/VL-01/remove/")
    assert answer.status_code == 409 and "请复制成新版本后修改" in answer.content.decode()
    shown = client.get(EDITION + "change/")
    assert "/editions/YPQ-2026/copy/" in shown.content.decode()
    answer = client.post(EDITION + "change/", posted(shown.context["form"], name="新名"))
    assert "请复制成新版本" in answer.content.decode()
    assert answer.status_code == 422 and Edition.objects.get().name != "新名"


@pytest.mark.parametrize("verb", ["publish", "retire", "discard"])
def test_moving_an_edition_is_for_the_head_alone(verb: str) -> None:
    assert signed_in("desk").post(f"{EDITION}moves/{verb}/").status_code == 403


def test_pages_before_anything_is_loaded_teach() -> None:
    CheckItem.objects.all().delete()
    Edition.objects.all().delete()
    PlaceCategory.objects.all().delete()
    client = signed_in("head")
    assert "还没有点位类型" in text_of(client, "/standards/categories/")
    assert "还没有标准版本" in text_of(client, "/standards/editions/")
    assert "道路不洁" in text_of(client, CLASS)


def test_the_list_of_classes_is_paged_by_key_and_keeps_its_filters() -> None:
    client, seen, address = signed_in("auditor"), [], "/standards/classes/?severity=1"
    for _round in range(5):
        answer = client.get(address)
        seen += [line["row"].key for line in answer.context["lines"]]
        if not answer.context["next_url"]:
            break
        address = "/standards/classes/" + answer.context["next_url"]
        assert "severity=1" in address and "cursor=" in address
    assert len(seen) == len(set(seen)) == IssueClass.objects.filter(severity=1).count() == 167
    assert client.get("/standards/classes/?cursor=x").status_code == 400


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"violations_A": ""}, "请填写这一项"), ({"violations_B": "5", "violations_C": "2"}, "从 A 到 C 应逐级放宽"),
     ({"provisions_B": "120"}, "从 A 到 C 应逐级放宽"), ({"worth_B": "0.1"}, "应从高到低"), ({"worth_D": "1"}, "应从高到低")],
)  # fmt: skip
def test_a_scale_out_of_order_is_refused_on_screen(changed: dict[str, str], words: str) -> None:
    client = signed_in("head")
    data = posted(client.get(EDITION + "change/").context["form"]) | changed
    answer = client.post(EDITION + "change/", data)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_an_items_own_thresholds_and_circumstances_are_kept_and_shown() -> None:
    client, edition = signed_in("head"), Edition.objects.get()
    address = EDITION + "items/VL-01/change/"
    item = edition.items.get(code="VL-01")
    data = posted(ItemForm(instance=item, edition=edition), timing="早高峰", exemption="无公厕的村")
    kind = {"kind": "count", "measure": "violations"}
    assert "逐级放宽" in client.post(address, data | kind | {"own_A": "3", "own_B": "2"}).content.decode()
    assert "界限" in client.post(address, data | {"kind": "boolean", "measure": "", "own_A": "3"}).content.decode()
    assert client.post(address, data | kind | {"own_A": "1", "own_C": "4"}).status_code == 302
    item.refresh_from_db()
    assert item.thresholds == {"A": 1, "C": 4}
    words = text_of(client, "/standards/categories/village/")
    assert "早高峰" in words and "无公厕的村" in words


def test_every_field_of_the_files_is_shown() -> None:
    client = signed_in("auditor")
    category = text_of(client, "/standards/categories/main_road/")
    assert "协同职能" in category and "交警" in category and "竹溪县" in category and "街面与公共空间" in category
    cover = IssueClass.objects.get(name="供水井盖异常")
    shown = text_of(client, f"/standards/classes/{quote(cover.key)}/")
    assert "广州市井盖设施管理办法" in shown and "附录A、C" in shown and "单一来源" in shown
    spot = IssueClass.objects.exclude(deadline_note="")[0]
    assert spot.deadline_note in text_of(client, f"/standards/classes/{quote(spot.key)}/")


def test_change_category_and_class_keep_lists_typed_on_screen() -> None:
    client, row = signed_in("head"), PlaceCategory.objects.get(key="village")
    data = posted(client.get("/standards/categories/village/change/").context["form"], basis="甲\n\n 乙 ")
    assert (
        client.post("/standards/categories/village/change/", data | {"co_departments": ["street"]}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.basis, row.co_departments) == (["甲", "乙"], ["street"])
    old = IssueClass.objects.get(key=KEY)
    data = posted(ClassForm(instance=old), old_cjt214_2007="0999", deadline_note="夏季加倍")
    assert client.post(CLASS + "change/", data).status_code == 302
    old.refresh_from_db()
    assert old.legacy_codes["cjt214_2007"] == "0999" and old.deadline_note == "夏季加倍"
