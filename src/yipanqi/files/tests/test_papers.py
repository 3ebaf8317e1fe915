"""Which papers are taken in, by their bytes, and what they are called afterwards."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.files import papers
from yipanqi.files.papers import clean_name, read_paper
from yipanqi.files.tests import photos
from yipanqi.kernel.actions import Refused

PDF = b"%PDF-1.7\n%%EOF"


@pytest.mark.parametrize(
    ("data", "kind"), [(PDF, "pdf"), (photos.office("word"), "docx"), (photos.office("xl"), "xlsx")]
)
def test_read_paper_tells_the_kind_by_the_bytes(data: bytes, kind: str) -> None:
    paper = read_paper(data, "整改方案.exe")
    assert (paper.name, paper.mime) == (f"整改方案.exe.{kind}", papers.MIME[kind])


REFUSED = {
    "nothing": (b"", papers.AttachmentEmpty),
    "too large": (bytes(papers.MAX_BYTES + 1), papers.AttachmentTooLarge),
    "program": (b"MZ" + bytes(100), papers.AttachmentKindRefused),
    "page": (b"<html><script>alert(1)</script>", papers.AttachmentKindRefused),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), papers.AttachmentKindRefused),
    "photo": (photos.jpeg(), papers.AttachmentKindRefused),
    "any zip": (photos.zipped(), papers.AttachmentKindRefused),
    "half a docx": (photos.office("word")[:80], papers.AttachmentBroken),
    "zip by name only": (b"PK\x03\x04" + bytes(100), papers.AttachmentBroken),
    "macros": (photos.office("xl", extra="xl/vbaProject.bin"), papers.MacrosRefused),
}


@pytest.mark.parametrize(("data", "refusal"), REFUSED.values(), ids=REFUSED)
def test_read_paper_refuses_with_a_sentence(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        read_paper(data, "方案.docx")
    assert "附件" in str(caught.value) and str(caught.value).endswith("。")


def test_read_paper_refuses_a_zip_bomb_without_unpacking_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MAX_UNPACKED_BYTES", 10)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(papers.AttachmentBroken):
        read_paper(photos.office("word"), "方案.docx")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("方案.docx", "方案.docx"),
        ("方案.DOCX", "方案.docx"),
        ("../../etc/passwd", "passwd.docx"),
        ("C:\\文件\\台账.docx", "台账.docx"),
        ("a\r\nSet-Cookie: x.docx", "aSet-Cookie x.docx"),
        ("gnp.\u202excod", "gnp.xcod.docx"),
        ("", "附件.docx"),
        ("...", "附件.docx"),
    ],
)
def test_clean_name_keeps_only_what_is_harmless(sent: str, kept: str) -> None:
    assert clean_name(sent, "docx") == kept


@given(st.text(max_size=400))
def test_clean_name_of_any_text_fits(name: str) -> None:
    kept = clean_name(name, "pdf")
    assert 5 <= len(kept) <= papers.MAX_NAME and kept.endswith(".pdf")
    assert kept.isprintable() and "/" not in kept and "\\" not in kept


@given(st.binary(max_size=300), st.booleans())
def test_read_paper_of_random_bytes_answers_or_refuses(data: bytes, like_zip: bool) -> None:
    whole = photos.office("word")
    try:
        read_paper(whole[: len(whole) // 2] + data + whole[len(whole) // 2 :] if like_zip else data, "x")
    except Refused:
        return
