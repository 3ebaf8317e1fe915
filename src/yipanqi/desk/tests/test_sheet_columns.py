"""Files with foreign headings: matched on a page, by a mapping file, remembered, imported."""

from django.core.files.uploadedfile import SimpleUploadedFile

from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn

REAL = "message_no,author,title,received_at,body,reply,replied_at\n2549,A1,物业乱象,2019-04-25 09:32:09,小区物业扬言退出,,\n"
STRANGE = "流水,说了什么,何时来电\nX1,路口垃圾成堆,2026-03-02 09:30\n"
MATCHED = {"column-number": "流水", "column-text": "说了什么", "column-received_at": "何时来电"}


def sent(words: str, name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode())


def test_match_the_columns_of_a_real_hotline_ledger(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    asked = client.post("/sheets/messages/", {"file": sent(REAL)}, follow=True)
    chosen = {line["column"].key: line["chosen"] for line in asked.context["columns"]}
    assert (
        chosen["number"] == "message_no" and chosen["text"] == "body" and "data-sheet-columns" in asked.content.decode()
    )
    posted = {f"column-{key}": heading for key, heading in chosen.items()}
    seen = client.post(asked.request["PATH_INFO"], posted, follow=True)
    assert seen.context["counts"]["good"] == 1 and not Case.objects.exists()
    assert client.post("/sheets/messages/import/", {"token": seen.context["token"]}).status_code == 302
    assert Case.objects.get().external_ref == "2549"


def test_match_columns_by_hand_and_find_them_remembered(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    asked = client.post("/sheets/messages/", {"file": sent(STRANGE)}, follow=True)
    seen = client.post(asked.request["PATH_INFO"], MATCHED, follow=True)
    assert seen.context["counts"]["good"] == 1
    again = client.post("/sheets/messages/", {"file": sent(STRANGE)}, follow=True)
    assert {line["column"].key: line["chosen"] for line in again.context["columns"]}["text"] == "说了什么"


def test_read_columns_through_a_mapping_file(town: Town, as_: SignIn) -> None:
    mapping = sent("流水: number\n说了什么: text\n何时来电: received_at\n", "a.yaml")
    seen = as_("desk").post("/sheets/messages/", {"file": sent(STRANGE), "mapping": mapping}, follow=True)
    assert seen.context["counts"]["good"] == 1


def test_match_columns_without_what_is_required_asks_again(town: Town, as_: SignIn) -> None:
    client = as_("desk")
    asked = client.post("/sheets/messages/", {"file": sent(STRANGE)}, follow=True)
    address = asked.request["PATH_INFO"]
    again = client.post(address, {"column-text": "说了什么", "column-author": "流水"}, follow=True)
    assert again.request["PATH_INFO"] == address
    assert "缺少必填列" in again.content.decode() and "data-sheet-columns" in again.content.decode()
    none = client.post(address, follow=True)
    assert "至少为一列" in none.content.decode()


def test_preview_shows_what_was_typed_in_a_refused_cell(town: Town, as_: SignIn) -> None:
    page = as_("desk").post("/sheets/messages/", {"file": sent("留言编号,留言详情,留言时间\nX1,垃圾,前天下午\n")}, follow=True)
    assert ("留言时间", "前天下午") in [(str(title), cell) for title, cell in page.context["rows"][0]["cells"]]


def test_preview_shows_labels_and_days_as_an_export_writes_them_and_names_what_is_left_out(town: Town, as_: SignIn) -> None:
    days = "日期,是否上班,名称,备注\n2032-01-01,否,元旦,放假\n合计,1,,\n"
    page = as_("head").post("/sheets/calendar-days/", {"file": sent(days)}, follow=True)
    assert [str(cell) for _title, cell in page.context["rows"][0]["cells"]] == ["2032-01-01", "否", "元旦"]
    told = page.content.decode()
    assert "未识别的列：备注，不会导入。" in told and "第 3 行是合计行，已跳过。" in told and page.context["counts"]["bad"] == 0
