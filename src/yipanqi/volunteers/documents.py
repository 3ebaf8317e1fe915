"""Documents that tell who somebody is: what a number must look like, and what it says by itself. Rows and clocks stay outside.

The check digit of identity cards is ISO 7064 MOD 11-2 (GB 11643-1999), worked out by python-stdnum. Its list of counties is
not asked: who was born before a county had its code carries the later one.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused

#: First digits of identity numbers of residents from Hong Kong, Macao and Taiwan 港澳台居民居住证.
HKMOTW = ("810000", "820000", "830000")
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82}


class BadDocument(Refused):
    """The number cannot be one of this kind of document."""

    message = gettext_lazy("证件号码不对，请核对")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message, field="id_number")


@dataclass(frozen=True)
class Known:
    """A document number as stored, and what it tells: birth date and sex ("m", "f") where it does."""

    number: str
    born_on: dt.date | None = None
    sex: str = ""


def plain_number(text: str) -> str:
    """A number as people type it, without width, case, spaces and hyphens."""
    return re.sub(r"[\s\-–—·.]", "", unicodedata.normalize("NFKC", text or "")).upper()


def plain_phone(text: str) -> str:
    """A telephone number as stored: digits alone, without the country's 86; "" where it can be none."""
    number = re.sub(r"[\s\-–—()]", "", unicodedata.normalize("NFKC", text or ""))
    number = re.sub(r"^(\+|00)86", "", number)
    return number if re.fullmatch(r"\+?\d{5,15}", number) else ""


def read_document(kind: str, text: str) -> Known:
    """What a number of this kind of document tells. Raises BadDocument with what is wrong."""
    number = plain_number(text)
    if not number:
        raise BadDocument(_("请填写证件号码"))
    return READERS[kind](number)


def identity_of(kind: str, number: str, issued_by: str = "") -> str:
    """What one person has once: the same for one document however it was typed, different for those of other countries."""
    family = {"id": "cn", "hkmotw": "cn"}.get(kind, kind)
    return f"{family}:{issued_by.upper()}:{number}" if kind == "passport" else f"{family}:{number}"


def check_digit(number: str) -> str:
    """The last sign of an 18-digit number, worked out from the others."""
    from stdnum.cn import ric  # noqa: PLC0415  takes a while to load, needed only where numbers are read

    return str(ric.calc_check_digit(number))


def _resident(number: str) -> Known:
    """An identity card; the 15 digits of the first generation are written as the 18 of the second."""
    if re.fullmatch(r"\d{15}", number):
        number = f"{number[:6]}19{number[6:]}0"
        number = number[:-1] + check_digit(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise BadDocument(_("身份证号码是 18 位，最后一位可以是 X，请核对"))
    if int(number[:2]) not in PROVINCES and number[:6] not in HKMOTW:
        raise BadDocument(_("身份证号码开头的地区代码不对，请核对"))
    return _eighteen(number, number[6:14])


def _eighteen(number: str, birth: str) -> Known:
    if number[-1] != check_digit(number):
        raise BadDocument(_("证件号码的校验位不对，可能有一位写错了，请核对"))
    return Known(number, _day(birth), "m" if int(number[16]) % 2 else "f")


def _day(digits: str) -> dt.date:
    try:
        day = dt.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        day = dt.date.min
    if day.year < 1900:
        raise BadDocument(_("证件号码中的出生日期不对，请核对"))
    return day


def _hkmotw(number: str) -> Known:
    if not number.startswith(HKMOTW):
        raise BadDocument(_("港澳台居民居住证号码以 810000、820000 或 830000 开头，请核对"))
    return _resident(number)


def _permanent(number: str) -> Known:
    """Cards since 2023 have 18 digits that begin with 9; those before, three letters of the country and twelve digits."""
    if re.fullmatch(r"9\d{16}[\dX]", number):
        return _eighteen(number, number[6:14])
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        return Known(number)
    raise BadDocument(_("永久居留身份证号码是 9 开头的 18 位，或者 3 个字母加 12 位数字，请核对"))


def _shaped(pattern: str, sentence: Any) -> Any:
    def read(number: str) -> Known:
        if not re.fullmatch(pattern, number):
            raise BadDocument(str(sentence))
        return Known(number)

    return read


READERS = {
    "id": _resident,
    "hkmotw": _hkmotw,
    "residence": _permanent,
    "passport": _shaped(r"(?=.*\d)[A-Z0-9]{5,12}", gettext_lazy("护照号码是 5 到 12 位字母和数字，请核对")),
    "hkmo": _shaped(r"[HM](\d{8}|\d{10})", gettext_lazy("港澳居民来往内地通行证号码以 H 或 M 开头，后面 8 位或 10 位数字，请核对")),
    "tw": _shaped(r"\d{8}|\d{10}[A-Z]?|[A-Z]\d{9,10}", gettext_lazy("台湾居民来往大陆通行证号码是 8 位数字，旧证是 10 位数字，请核对")),
    "officer": _shaped(r"[\u4e00-\u9fa5]{1,4}字?第?[0-9A-Z]{4,10}号?", gettext_lazy("军官证号码写作“军字第1234567号”的样子，请核对")),
}
#: Documents whose number tells the birth date and the sex.
TELLING = ("id", "hkmotw")
