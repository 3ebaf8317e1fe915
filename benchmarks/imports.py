"""Large tables in, as the worker takes them in: rows per second and memory, in CPU time, with every line committed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from benchmarks.cities import City, copy, inside
from benchmarks.results import Result

ROWS = 100_000


def write_places(path: Path, rows: int, codes: tuple[str, str]) -> None:
    """A table of new places, as a city takes them over from another system."""
    category, area = codes
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["编码", "名称", "类别", "区划", "地址", "经度", "纬度"])
        for n in range(rows):
            table.writerow([f"IMP{n:06d}", f"点位{n}", category, area, f"建设路{n}号", 98.2 + n % 997 / 10_000, 39.7 + n % 991 / 10_000])


def write_cases(path: Path, rows: int, names: list[str]) -> None:
    """A ledger of new problems, without any numbers of ours."""
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["来源", "来源编号", "问题描述", "问题类别", "位置描述", "经度", "纬度", "发现时间"])
        for n in range(rows):
            where = [f"建设路{n}号", 98.2 + n % 997 / 10_000, 39.7 + n % 991 / 10_000]
            table.writerow(["检查发现", f"IMP{n:06d}", f"路口东南角垃圾成堆，影响通行，第{n}处", names[n % len(names)], *where, f"2026-02-{n % 27 + 1:02d} {n % 24:02d}:{n % 60:02d}"])


def take_in(sheet: str, rows: int, folder: str, xlsx: bool = False) -> tuple[float, float, float, int]:
    """CPU seconds of the check and of the import by the worker, memory above idle in MB, and how many rows were stored."""
    import datetime as dt
    import resource
    import time

    from yipanqi.batches import actions, running
    from yipanqi.people.models import Appointment
    from yipanqi.places.models import Place
    from yipanqi.sheets.held import hold, note
    from yipanqi.standards.models import IssueClass

    desk = Appointment.objects.filter(role="desk", user__is_active=True).order_by("pk")[0].user
    path = hold(desk, "x.xlsx" if xlsx else "x.csv")
    plain = path.with_suffix(".made")
    if sheet == "places":
        place = Place.objects.select_related("category", "area").filter(area__isnull=False).order_by("pk")[0]
        write_places(plain, rows, (place.category.name, place.area.code))
    else:
        write_cases(plain, rows, list(IssueClass.objects.filter(active=True).order_by("pk").values_list("name", flat=True)[:40]))
    plain.rename(path) if not xlsx else as_workbook(plain, path)
    note(path, sheet=sheet, file_name="x")
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = []
    for kind in ("check", "import"):
        batch = actions.ask_for_file(None, kind=kind, what=sheet, file=path.name, file_name="x", by=desk, at=dt.datetime.now(dt.UTC))
        start = time.process_time()
        while batch.state in ("queued", "running"):
            running.work(dt.datetime.now(dt.UTC))
            batch.refresh_from_db()
        took.append(time.process_time() - start)
        if batch.state != "done" or batch.refused:
            raise RuntimeError(batch.problem or str(batch.items.values_list("why", flat=True)[:3]))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
    return took[0], took[1], memory, batch.done


def as_workbook(source: Path, target: Path) -> None:
    """The same table as .xlsx."""
    import xlsxwriter

    with source.open(encoding="utf-8", newline="") as lines, xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(lines)):
            sheet.write_row(number, 0, row)


def one(city: City, sheet: str, rows: int, target: str, enough: Any, *, xlsx: bool = False) -> list[Result]:
    with copy(city, "importing") as made:
        check, taken, memory, count = inside(made, take_in, sheet, rows, str(city.data.parent), xlsx)
    kind = ".xlsx" if xlsx else ".csv"
    rate = count / taken
    return [
        Result(f"import of {count:,} {sheet} from {kind} by the worker", city.engine, f"{rate:,.0f} rows/s", "", "", target, enough(rate)),
        Result(f"— check of the same, {count / check:,.0f} rows/s; memory above idle", city.engine, f"{memory:.0f} MB", "", "", "≤ 150 MB", memory <= 150),
    ]  # fmt: skip


def measure(city: City) -> list[Result]:
    found = one(city, "places", ROWS, "≥ 2,000 rows/s", lambda rate: rate >= 2000)
    found += one(city, "places", ROWS, "≥ 2,000 rows/s", lambda rate: rate >= 2000, xlsx=True)
    return found + one(city, "cases", ROWS, "≥ 500 rows/s", lambda rate: rate >= 500)
