"""Door signs of places: A4 sheets with name, code and QR code, to be printed, cut and put up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"
NAME_FONT, TEXT_FONT = "SignBold", "SignText"
#: How many signs stand on a sheet, as (columns, rows).
LAYOUTS: dict[int, tuple[int, int]] = {1: (1, 1), 2: (1, 2), 4: (2, 2), 8: (2, 4), 15: (3, 5)}
MM = 72 / 25.4  # in points, the unit of all sizes here
A4 = (210 * MM, 297 * MM)
MARGIN = 8 * MM
BLUE = (0.043, 0.29, 0.56)


@dataclass(frozen=True, slots=True)
class Sign:
    """What one door sign says; `url` is what its QR code opens."""

    code: str
    name: str
    category: str
    url: str


@cache
def fonts() -> None:
    """Make the two Chinese fonts known under NAME_FONT and TEXT_FONT."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  ReportLab takes 190 ms and 19 MB, needed only where signs are printed
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415  as above

    for name, file in ((NAME_FONT, "NotoSansSC-Bold.ttf"), (TEXT_FONT, "NotoSansSC-Regular.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))


def door_signs(signs: Iterable[Sign], out: BinaryIO, *, per_sheet: int = 4, city: str = "") -> int:
    """Write the signs as a PDF of A4 sheets with thin cutting lines; returns the number of sheets.

    Raises KeyError for a number per sheet that is not in LAYOUTS.
    """
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  see fonts

    columns, rows = LAYOUTS[per_sheet]
    fonts()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setTitle(_("点位二维码门牌"))
    width, height = (A4[0] - 2 * MARGIN) / columns, (A4[1] - 2 * MARGIN) / rows
    sheets, waiting = 0, iter(signs)
    while batch := list(islice(waiting, columns * rows)):
        for number, sign in enumerate(batch):
            x, y = MARGIN + (number % columns) * width, A4[1] - MARGIN - (number // columns + 1) * height
            _frame(canvas, x, y, width, height)
            _draw(canvas, sign, x, y, width, height, city)
        canvas.showPage()
        sheets += 1
    canvas.save()
    return sheets


def _frame(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.setStrokeColorRGB(0.75, 0.75, 0.75)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(x, y, width, height)
    canvas.setDash()


def _draw(canvas: Canvas, sign: Sign, x: float, y: float, width: float, height: float, city: str) -> None:
    """One sign: a blue band with the city, the QR code, name, kind and code. All sizes follow the height."""
    unit = min(height, width * 1.35) / 100
    band, middle = 13 * unit, x + width / 2
    canvas.setFillColorRGB(*BLUE)
    canvas.rect(x + 2 * unit, y + height - band - 2 * unit, width - 4 * unit, band, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    _line(canvas, [_("%(city)s文明城市创建") % {"city": city}], NAME_FONT, 6 * unit, middle, y + height - band + 2.6 * unit, width - 8 * unit)
    lines = _wrapped(sign.name, NAME_FONT, 6.2 * unit, width - 8 * unit)
    side = min(46 * unit + 0.6 * (height - 100 * unit), width - 12 * unit)
    top = y + height - band - 5 * unit
    draw_code(canvas, sign.url, middle - side / 2, top - side, side)
    canvas.setFillColorRGB(0, 0, 0)
    foot = _line(canvas, lines, NAME_FONT, 6.2 * unit, middle, top - side - 8 * unit, width - 8 * unit)
    canvas.setFillColorRGB(0.3, 0.3, 0.3)
    foot = _line(canvas, [f"{sign.category}　{sign.code}"], TEXT_FONT, 4 * unit, middle, foot - 0.4 * unit, width - 8 * unit)
    _line(canvas, [_("扫码反映身边问题，查看办理进度")], TEXT_FONT, 4 * unit, middle, foot - 0.4 * unit, width - 8 * unit)


def draw_code(canvas: Canvas, url: str, x: float, y: float, side: float) -> None:
    """The QR code as vector squares, error correction M, with its four modules of quiet zone inside `side`."""
    import segno  # noqa: PLC0415  takes 70 ms and 13 MB, needed only where codes are drawn

    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix_iter(border=4)]
    step = side / len(rows)
    path = canvas.beginPath()
    for line, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                path.rect(x + column * step, y + side - (line + 1) * step, step * 1.02, step * 1.02)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _line(canvas: Canvas, lines: Sequence[str], font: str, size: float, middle: float, y: float, width: float) -> float:
    """Centred lines, made smaller where one is still too wide; returns where the next line goes."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415  see fonts

    for text in lines:
        actual = min(size, size * width / max(stringWidth(text, font, size), 1))
        canvas.setFont(font, actual)
        canvas.drawCentredString(middle, y, text)
        y -= size * 1.35
    return y


def _wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """At most two lines of about equal length."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415  see fonts

    if stringWidth(text, font, size) <= width:
        return [text]
    half = (len(text) + 1) // 2
    return [text[:half], text[half:]]
