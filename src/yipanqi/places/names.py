"""Codes and names in the form in which they are stored, compared and sorted. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused

#: Lengths in which the official division codes are printed: province, city, district, street, community.
SHORT_FORMS = (2, 4, 6, 9)
FULL_FORM = 12


class BadCode(Refused):
    """The code is not of a form that can be stored."""


def sort_key(name: str) -> str:
    """Pinyin of a name, for sorting the way people look names up."""
    return " ".join(_speller().lazy_pinyin(name)).lower()[:200]


@cache
def _speller() -> Any:
    """pypinyin, which remembers how a word is spelt: names share theirs, and a third of an import went into spelling them."""
    from pypinyin.converter import DefaultConverter  # noqa: PLC0415  its dictionary takes 57 MB and 200 ms, needed only where names are written
    from pypinyin.core import Pinyin  # noqa: PLC0415  the same

    spelt = DefaultConverter()
    spelt.convert = lru_cache(maxsize=20_000)(spelt.convert)  # type: ignore[method-assign]
    return Pinyin(spelt)


def division_code(text: str) -> str:
    """A division code in its full form: 6 or 9 digits are filled up to 12 with zeros, grid codes (15) stay.

    Raises:
        BadCode: empty, longer than 15 characters, or other signs than letters, digits and hyphens.
    """
    code = plain_code(text, longest=15)
    return code.ljust(FULL_FORM, "0") if code.isdigit() and len(code) in SHORT_FORMS else code


def plain_code(text: str, *, longest: int = 20) -> str:
    """A code without spaces and full-width signs.

    Raises:
        BadCode: empty, longer than `longest`, or other signs than letters, digits, hyphens, dots and underscores.
    """
    code = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text)))
    if not re.fullmatch(r"[\w.-]+", code) or len(code) > longest:
        problem = _("编码“%(code)s”不可用：只能用字母、数字、横线，不超过 %(longest)d 个字符。")
        raise BadCode(problem % {"code": code[:30], "longest": longest}, field="code")
    return code


def stands_for_city(code: str) -> str | None:
    """The code of the city that a directly administered city's nominal district (XXXX01, 市辖区) may stand for, or None.

    Cities without districts (Jiayuguan, Dongguan, Zhongshan, Sanya, Danzhou) have such a line in the divisions file.
    """
    return code[:4] + "00000000" if re.fullmatch(r"\d{4}01000000", code) else None
