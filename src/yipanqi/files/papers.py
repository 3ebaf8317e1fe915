"""Tells what an attached paper is by its bytes and refuses everything but PDF, Word and Excel without macros. Pure."""

import hashlib
import io
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused

#: Largest attachment taken in, in bytes.
MAX_BYTES = 30 * 1024 * 1024
#: What a .docx or .xlsx may unpack to, in bytes, and how many parts it may have: beyond it is a zip bomb.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_PARTS = 10_000
#: Longest file name kept, in characters, with its ending.
MAX_NAME = 120

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class AttachmentEmpty(Refused):
    """Nothing was sent."""

    message = _("附件是空的（0 字节）。请重新选择文件再上传。")


class AttachmentTooLarge(Refused):
    """More than ``MAX_BYTES``."""

    message = _("附件超过 30 MB。请拆分或压缩后再上传。")
    status = 413


class AttachmentKindRefused(Refused):
    """Neither PDF nor Word nor Excel."""

    message = _(
        "只接受 PDF、Word（.docx）和 Excel（.xlsx）附件（系统按文件内容判断，不看扩展名）。旧格式请另存后再上传。"
    )


class AttachmentBroken(Refused):
    """A Word or Excel file that is damaged or unpacks to something enormous."""

    message = _("附件已损坏或内容异常，无法打开。请重新导出后再上传。")


class MacrosRefused(Refused):
    """A Word or Excel file with a program inside."""

    message = _("附件含有宏程序。请另存为不带宏的文件后再上传。")


@dataclass(frozen=True)
class Paper:
    """An attachment that was looked into and found to be what it claims."""

    #: File name fit for a header and a file system, with the ending that belongs to its content.
    name: str
    mime: str
    #: Of the bytes as they came, in hexadecimal.
    sha256: str
    data: bytes


def read_paper(source: IO[bytes] | bytes, name: str) -> Paper:
    """Checks an attachment; ``name`` is what the sender called it.

    Raises:
        AttachmentEmpty, AttachmentTooLarge, AttachmentKindRefused, AttachmentBroken, MacrosRefused
    """
    data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if not data:
        raise AttachmentEmpty
    if len(data) > MAX_BYTES:
        raise AttachmentTooLarge
    kind = _kind_of(data)
    return Paper(clean_name(name, kind), MIME[kind], hashlib.sha256(data).hexdigest(), data)


def clean_name(name: str, kind: str) -> str:
    """A sender's file name without path, control and direction-changing characters, ending in ``.kind``."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(" " if unicodedata.category(sign)[0] == "Z" else sign for sign in last)
    base = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*')
    stem = base.removesuffix(f".{kind}").removesuffix(f".{kind.upper()}").strip(". ")
    return f"{stem[: MAX_NAME - len(kind) - 1].strip() or '附件'}.{kind}"


def _kind_of(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if not data.startswith(b"PK\x03\x04"):
        raise AttachmentKindRefused
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _office_kind(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise AttachmentBroken from error


def _office_kind(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise AttachmentBroken
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise MacrosRefused
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    raise AttachmentKindRefused
