"""The national system's volunteers in, as the worker takes them in, and the same file once more: rows per second and memory, in CPU
time, with every line committed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from benchmarks.cities import City, copy, inside
from benchmarks.imports import as_workbook
from benchmarks.results import Result

ROWS = 73_000
HEADINGS = ("全国系统编号", "姓名", "证件类型", "证件号码", "手机号", "居住区域", "党员", "特长", "愿意参加的服务", "注册日期", "所在队伍")


def write_volunteers(path: Path, rows: int, areas: list[str], kinds: list[str], teams: list[str]) -> None:
    """A table as the national system exports it; document numbers check, and are nobody's."""
    import datetime as dt

    from yipanqi.volunteers.documents import check_digit

    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADINGS)
        for n in range(rows):
            born = dt.date(1950, 1, 1) + dt.timedelta(days=n % 20_000)
            body = f"620298{born:%Y%m%d}{n // 20_000 * 200 + n % 199:03d}"
            since = dt.date(2019, 1, 1) + dt.timedelta(days=n % 2_000)
            table.writerow([
                f"BN{n:08d}", f"志愿者{'甲乙丙丁戊己庚辛'[n % 8]}", "居民身份证", body + check_digit(body + "0"), f"1980{n:07d}", areas[n % len(areas)], "是" if n % 9 == 0 else "否",
                "急救护理" if n % 5 == 0 else "", kinds[n % len(kinds)] if n % 3 == 0 else "", since.isoformat(), teams[n % len(teams)] if n % 4 == 0 else "",
            ])  # fmt: skip


def take_in(rows: int, xlsx: bool) -> tuple[float, float, float, float, int]:
    """CPU seconds of the check, of the import and of the same import again by the worker, memory above idle in MB, rows stored."""
    import datetime as dt
    import resource
    import time

    from yipanqi.batches import actions, running
    from yipanqi.people.models import Appointment
    from yipanqi.places.models import Area
    from yipanqi.sheets.held import hold, note
    from yipanqi.teams.models import ServiceKind, Team

    centre = Appointment.objects.filter(role="centre", user__is_active=True).order_by("pk")[0].user
    areas = list(Area.objects.filter(level="community").order_by("pk").values_list("name", flat=True))
    kinds, teams = list(ServiceKind.objects.values_list("name", flat=True)), list(Team.objects.order_by("pk").values_list("code", flat=True)[:50])

    def held() -> str:
        path = hold(centre, "x.xlsx" if xlsx else "x.csv")
        plain = path.with_suffix(".made")
        write_volunteers(plain, rows, areas, kinds, teams)
        plain.rename(path) if not xlsx else as_workbook(plain, path)
        note(path, sheet="volunteers", file_name="x")
        return path.name

    first, second = held(), held()
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = []
    for kind, file in (("check", first), ("import", first), ("import", second)):
        batch = actions.ask_for_file(None, kind=kind, what="volunteers", file=file, file_name="x", by=centre, at=dt.datetime.now(dt.UTC))
        start = time.process_time()
        while batch.state in ("queued", "running"):
            running.work(dt.datetime.now(dt.UTC))
            batch.refresh_from_db()
        took.append(time.process_time() - start)
        if batch.state != "done" or batch.refused:
            raise RuntimeError(batch.problem or str(batch.items.values_list("why", flat=True)[:3]))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
    return took[0], took[1], took[2], memory, batch.done


def one(city: City, rows: int, enough: Any, *, xlsx: bool = False) -> list[Result]:
    with copy(city, "importing") as made:
        check, taken, again, memory, count = inside(made, take_in, rows, xlsx)
    kind = ".xlsx" if xlsx else ".csv"
    return [
        Result(f"import of {count:,} volunteers from {kind} by the worker", city.engine, f"{count / taken:,.0f} rows/s", "", "", "≥ 2,000 rows/s", enough(count / taken)),
        Result(f"— the same file once more, nobody doubled; check of the same, {count / check:,.0f} rows/s", city.engine, f"{count / again:,.0f} rows/s", "", "", "≥ 2,000 rows/s", enough(count / again)),
        Result("— memory above idle", city.engine, f"{memory:.0f} MB", "", "", "≤ 150 MB", memory <= 150),
    ]  # fmt: skip


def measure(city: City) -> list[Result]:
    return one(city, ROWS, lambda rate: rate >= 2000) + one(city, ROWS, lambda rate: rate >= 2000, xlsx=True)
