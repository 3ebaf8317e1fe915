"""The certificate as paper: what it says as canonical JSON with its digest, and the same bytes of PDF from it at any time. Pure.

Contents after 民发〔2015〕149号 and 民政部令第67号: the volunteer (name, document, number), the service (hours, content), the issuer
(name, head, handler, contact), number, day of issue, other matters, and the place of the seal.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from yipanqi.places.signs import A4, MM, NAME_FONT, TEXT_FONT, draw_code, fonts
from yipanqi.records.hours import hours_text

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

LEFT, RIGHT, TOP = 25 * MM, 185 * MM, A4[1] - 28 * MM
LINE = 9 * MM
SMALL, TEXT, HEADING = 9.0, 11.0, 24.0
#: How much smaller a line may become before it is broken in two.
LEAST = 0.8
#: How many kinds of service stand on the paper one by one; what is more stands in one last line.
MOST_LINES = 10
Facts = Mapping[str, Any]


def canonical(facts: Facts) -> str:
    """The facts as JSON that is always written the same way."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 over canonical facts."""
    return hashlib.sha256(text.encode()).hexdigest()


def pdf(facts: Facts) -> bytes:
    """The paper in Chinese, one A4 sheet: the same facts make the same bytes, in whatever language it is asked for."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  takes long to load, needed only where papers are printed

    fonts()
    out = io.BytesIO()
    with translation.override("zh-hans"):
        canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
        canvas.setTitle(f"{_('志愿服务记录证明')} {facts['number']}")
        canvas.setAuthor(facts["issuer"]["name"])
        _head(canvas, facts)
        y = _volunteer(canvas, facts, TOP - 22 * MM)
        y = _service(canvas, facts, y - 5 * MM)
        _note(canvas, facts, y - 3 * MM)
        _foot(canvas, facts)
        canvas.showPage()
        canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, facts: Facts) -> None:
    canvas.setFillColorRGB(0.72, 0.07, 0.07)
    canvas.setFont(NAME_FONT, HEADING)
    canvas.drawCentredString(A4[0] / 2, TOP, _("志愿服务记录证明"))
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(TEXT_FONT, SMALL + 1)
    canvas.drawRightString(RIGHT, TOP - 11 * MM, _("编号：%(number)s") % {"number": facts["number"]})
    canvas.setLineWidth(1.2)
    canvas.line(LEFT, TOP - 14 * MM, RIGHT, TOP - 14 * MM)


def _volunteer(canvas: Canvas, facts: Facts, y: float) -> float:
    person, service = facts["volunteer"], facts["service"]
    half = (LEFT + RIGHT) / 2
    _pair(canvas, LEFT, half, y, _("姓名"), person["name"])
    _pair(canvas, half, RIGHT, y, _("志愿者编号"), person["number"])
    y -= LINE
    _pair(canvas, LEFT, half, y, _("证件类型"), person["document"])
    _pair(canvas, half, RIGHT, y, _("证件号码"), person["id_number"] or "—")
    y -= LINE
    _pair(canvas, LEFT, half, y, _("服务期间"), _("%(first)s 至 %(last)s") % {"first": service["first_on"], "last": service["last_on"]})
    _pair(canvas, half, RIGHT, y, _("服务时长"), hours_text(service["minutes"]), bold=True)
    return y - LINE


def _pair(canvas: Canvas, x: float, end: float, y: float, name: str, value: str, *, bold: bool = False) -> None:
    canvas.setFont(TEXT_FONT, TEXT)
    canvas.setFillColorRGB(0.35, 0.35, 0.35)
    canvas.drawString(x, y, name)
    canvas.setFillColorRGB(0, 0, 0)
    start = x + 25 * MM
    _fitted(canvas, start, y, value, end - start - 2 * MM, NAME_FONT if bold else TEXT_FONT)


def _fitted(canvas: Canvas, x: float, y: float, text: str, width: float, font: str = TEXT_FONT, size: float = TEXT) -> None:
    """A line made a little smaller where it is too wide; what would become too small to read stands on two lines."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415  see pdf

    rows = [text]
    if stringWidth(text, font, size) * LEAST > width:
        middle = (len(text) + 1) // 2
        rows, size = [text[:middle], text[middle:]], size * LEAST
    canvas.setFont(font, min(size, *(size * width / max(stringWidth(row, font, size), 1) for row in rows)))
    for number, row in enumerate(rows):
        canvas.drawString(x, y + (len(rows) - 1) * 0.6 * size - number * 1.2 * size, row)


def _service(canvas: Canvas, facts: Facts, y: float) -> float:
    """The table of what was done: name, place or content, times, hours."""
    columns = ((LEFT, 62 * MM, _("活动（项目）")), (LEFT + 64 * MM, 56 * MM, _("服务内容")), (LEFT + 122 * MM, 12 * MM, _("次数")), (LEFT + 136 * MM, 24 * MM, _("时长")))
    canvas.setLineWidth(0.6)
    canvas.setStrokeColorRGB(0.5, 0.5, 0.5)
    canvas.line(LEFT, y + 6 * MM, RIGHT, y + 6 * MM)
    for x, width, name in columns:
        _fitted(canvas, x + MM, y, name, width, NAME_FONT, SMALL + 1)
    canvas.line(LEFT, y - 2.5 * MM, RIGHT, y - 2.5 * MM)
    for line in facts["service"]["lines"]:
        y -= 8 * MM
        cells = (line["title"], line["content"], str(line["times"]), hours_text(line["minutes"]))
        for (x, width, _name), text in zip(columns, cells, strict=True):
            _fitted(canvas, x + MM, y, text, width, size=SMALL + 0.5)
    canvas.line(LEFT, y - 3 * MM, RIGHT, y - 3 * MM)
    return y - 3 * MM


def _note(canvas: Canvas, facts: Facts, y: float) -> None:
    words = [_("以上时长为实际服务时间，往返路途不计。"), *facts["notes"]]
    canvas.setFont(TEXT_FONT, SMALL)
    canvas.setFillColorRGB(0.25, 0.25, 0.25)
    for number, text in enumerate(row for note in words for row in _wrapped(note)):
        canvas.drawString(LEFT, y - 4 * MM - number * 5 * MM, text)
    canvas.setFillColorRGB(0, 0, 0)


def _wrapped(text: str) -> list[str]:
    from reportlab.lib.utils import simpleSplit  # noqa: PLC0415  see pdf

    found: list[str] = []
    for part in simpleSplit(text, TEXT_FONT, SMALL, RIGHT - LEFT) or [""]:
        while part:
            found.append(part[: _that_fit(part)])
            part = part[_that_fit(part) :]
    return found


def _that_fit(text: str) -> int:
    """How many characters stand on one line: Chinese has no spaces to break at."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415  see pdf

    most = len(text)
    while most > 1 and stringWidth(text[:most], TEXT_FONT, SMALL) > RIGHT - LEFT:
        most -= 1
    return most


def _foot(canvas: Canvas, facts: Facts) -> None:
    """Issuer, signatures, the place of the seal, and how a stranger checks the paper."""
    issuer, check, bottom = facts["issuer"], facts["check"], 42 * MM
    right = LEFT + 66 * MM
    for number, (name, value) in enumerate((
        (_("出具单位"), issuer["name"]), (_("负责人"), issuer["head"]), (_("经办人"), issuer["handler"]), (_("联系方式"), issuer["contact"]), (_("出具日期"), facts["issued_on"]),
    )):  # fmt: skip
        _pair(canvas, right, RIGHT, bottom + 40 * MM - number * LINE, name, value)
    canvas.setFont(TEXT_FONT, SMALL)
    canvas.setFillColorRGB(0.6, 0.6, 0.6)
    canvas.drawCentredString((right + RIGHT) / 2, bottom - 7 * MM, _("（出具单位盖章处；负责人、经办人签字）"))
    canvas.setFillColorRGB(0, 0, 0)
    draw_code(canvas, check["url"], LEFT - 3 * MM, bottom + 6 * MM, 38 * MM)
    _lines(canvas, LEFT, bottom + 2 * MM, [_("扫码核验真伪"), _("校验码：%(code)s") % {"code": check["code"]}])
    canvas.setStrokeColorRGB(0.8, 0.8, 0.8)
    canvas.line(LEFT, 26 * MM, RIGHT, 26 * MM)
    canvas.setFont(TEXT_FONT, 6.5)
    canvas.setFillColorRGB(0.4, 0.4, 0.4)
    canvas.drawString(LEFT, 22 * MM, _("谁记录谁证明，谁证明谁负责；出具证明不收取任何费用。本证明内容已固化，核验结果以扫码页面为准。"))
    canvas.drawString(LEFT, 18.5 * MM, _("内容摘要 SHA-256：%(digest)s") % {"digest": digest(canonical(facts))})


def _lines(canvas: Canvas, x: float, y: float, rows: Sequence[str]) -> None:
    canvas.setFont(TEXT_FONT, SMALL)
    for number, text in enumerate(rows):
        canvas.drawString(x, y - number * 5 * MM, text)
