"""Why a case is likely about the same thing, in words, the strongest reason first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from yipanqi.duplicates.selectors import Candidate

#: Closeness of words below which it is no reason, in percent.
WORTH_SAYING = 10


class Reason(NamedTuple):
    """One reason: `kind` is distance, time, class, words or photo."""

    kind: str
    words: str



def reasons(found: Candidate) -> list[Reason]:
    """Every reason that speaks for it, and the time between both."""
    return [*_photo(found), *_where(found), *_words(found), *_class(found), Reason("time", when(found.earlier))]


def sentence(found: Candidate) -> str:
    """The reasons in one line, as the thread keeps them."""
    return _("，").join(reason.words for reason in reasons(found))


def why_not(kind: str) -> str:
    """Why the case cannot be merged into a candidate, and what to do instead; of `selectors.why_not_merged`."""
    return {
        "closed": _("已销号，不能并入；问题再次出现的，请在该案件登记反弹。"),
        "rebound": _("本案是它反弹后新立的案件，不能并回原案件。"),
    }.get(kind, "")


def when(earlier: dt.timedelta) -> str:
    """How long before, or after, the candidate was found."""
    minutes = abs(earlier) // dt.timedelta(minutes=1)
    if minutes < 1:
        return _("同时")
    if minutes < 60:
        length = _("%(n)d 分钟") % {"n": minutes}
    elif minutes < 48 * 60:
        length = _("%(n)d 小时") % {"n": minutes // 60}
    else:
        length = _("%(n)d 天") % {"n": minutes // (24 * 60)}
    return (_("早 %(length)s") if earlier > dt.timedelta() else _("晚 %(length)s")) % {"length": length}


def _photo(found: Candidate) -> Iterator[Reason]:
    bits = found.evidence.photo_bits
    if bits is not None:
        yield Reason("photo", _("照片相同") if bits == 0 else _("照片几乎相同"))


def _where(found: Candidate) -> Iterator[Reason]:
    metres = found.evidence.metres
    if found.evidence.same_place:
        yield Reason("distance", _("同一点位"))
    elif metres is not None and metres < 1_000:
        yield Reason("distance", _("距此 %(n)d 米") % {"n": round(metres)})
    elif metres is not None:
        yield Reason("distance", _("距此 %(km)s 公里") % {"km": f"{metres / 1000:.1f}"})


def _words(found: Candidate) -> Iterator[Reason]:
    percent = round(found.evidence.words * 100)
    if percent < WORTH_SAYING:
        return
    said = _("文字相近 %(n)d%%") % {"n": percent}
    if found.common:
        said = _("%(said)s（都提到%(words)s）") % {"said": said, "words": "".join(_("“%(word)s”") % {"word": word} for word in found.common)}
    yield Reason("words", said)


def _class(found: Candidate) -> Iterator[Reason]:
    if found.evidence.same_class:
        yield Reason("class", _("同类"))
