"""Suggestions of classes on real residents' messages: how often right, and how far their confidences may be believed.

    python -m benchmarks.suggestions messages.csv

`messages.csv` are the 2,816 messages with their replies that the city's mailbox published (columns message_no, title,
body; not part of this repository). Labels stand in data/message_classes.txt as "message number, code of the class"; how
they came about, and what follows from the numbers, is in docs/adr/0016-suggestions.md. The labels were given by the title
alone; the model reads the body alone. A third of them (by a checksum of the number) served to choose the model's constants
and is measured nowhere here.
"""

from __future__ import annotations

import csv
import math
import random
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from yipanqi.suggestions.bayes import ClassModel, Document, Heat, Seed, train
from yipanqi.suggestions.calibration import FIRST_DAY, Guess, guesses, report, tuned
from yipanqi.suggestions.curves import PLAIN
from yipanqi.suggestions.grams import grams

LABELS = Path(__file__).parent / "data" / "message_classes.txt"
DATA = Path(__file__).parent.parent / "src" / "yipanqi" / "data"
FOLDS = 5


def seeds(*, everyday: bool = True) -> dict[str, Seed]:
    """The classes of the starting standard by code; with their everyday words, or by their names alone."""
    words = yaml.safe_load((DATA / "class_words.yaml").read_bytes()) if everyday else {}
    rows = yaml.safe_load((DATA / "issue_classes.yaml").read_bytes())["classes"]
    found = {}
    for row in rows:
        more = words.get(f"{row['kind']}.{row['code']}", "").split()
        found[row["code"]] = Seed(grams(row.get("component_zh") or row["zh"]).union(*map(grams, more)), row["zh"])
    return found


def messages(path: str) -> tuple[list[Document], list[frozenset[str]]]:
    """The labelled bodies that are measured, and the bodies of all messages."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        bodies = {row["message_no"]: grams(row["body"]) for row in csv.DictReader(file)}
    labels = [line.split() for line in LABELS.read_text().splitlines() if line and not line.startswith("#")]
    kept = [(bodies[number], code) for number, code in labels if zlib.crc32(number.encode()) % 3]
    return kept, list(bodies.values())


def crossed(documents: Sequence[Document], known: dict[str, Seed], *, curve: bool, tune: bool = True) -> list[Guess]:
    """Five-fold cross-validation. With `tune` each fold's heats are found inside its own training part, with `curve` also what
    may be believed of them."""
    found: list[Guess] = []
    for fold in range(FOLDS):
        test = [one for n, one in enumerate(documents) if n % FOLDS == fold]
        rest = [one for n, one in enumerate(documents) if n % FOLDS != fold]
        heat, drawn = tuned(rest, known) if tune else (Heat(), PLAIN)
        found += guesses(ClassModel(known, train(rest)), heat, drawn if curve else PLAIN, test)
    return found


def several(documents: Sequence[Document], known: dict[str, Seed], *, curve: bool) -> list[Guess]:
    """The same in the order of the labels and in nine others: of 193 messages, one order alone tells much by chance."""
    orders = [list(documents) for _n in range(10)]
    for n, order in enumerate(orders[1:], 1):
        random.Random(n).shuffle(order)
    return [one for order in orders for one in crossed(order, known, curve=curve)]


def losses(found: Sequence[Guess]) -> tuple[float, float]:
    """Brier score and log loss of what was said of the first suggestions."""
    brier = sum((one.confidence - (one.rank == 1)) ** 2 for one in found) / len(found)
    sure = [min(max(one.confidence, 0.001), 0.999) for one in found]
    return brier, -sum(math.log(p if one.rank == 1 else 1 - p) for p, one in zip(sure, found, strict=True)) / len(found)


def line(name: str, found: Sequence[Guess]) -> str:
    """One row of the table."""
    told: dict[str, Any] = report(found)
    n = told["tested"]
    bins = "; ".join(f"{row['from']:.0%}–{row['to']:.0%}: {row['said']:.0%} → {row['right'] / row['n']:.0%} of {row['n']}" for row in told["bins"])
    brier, loss = losses(found)
    return f"| {name} | {n} | {told['first'] / n:.0%} | {told['of_three'] / n:.0%} | {told['gap'] * 100:.1f} | {brier:.3f} | {loss:.3f} | {bins} |"


def main(path: str) -> None:
    documents, every = messages(path)
    known = seeds()
    commonest = max({code for _found, code in documents}, key=[code for _found, code in documents].count)
    share = sum(code == commonest for _found, code in documents) / len(documents)
    print(f"{len(documents)} labelled messages of {len({code for _f, code in documents})} classes; always {commonest} would be right in {share:.0%}")
    print("| | n | first | of three | gap | Brier | log loss | said → right |\n|---|---|---|---|---|---|---|---|")
    print(line("names alone, nothing decided", guesses(ClassModel(seeds(everyday=False)), Heat(), PLAIN, documents)))
    print(line("names and everyday words, nothing decided, as the model says", guesses(ClassModel(known), Heat(), PLAIN, documents)))
    print(line("— as is told", guesses(ClassModel(known), Heat(), FIRST_DAY, documents)))
    print(line("with decisions, five-fold, heats given", crossed(documents, known, tune=False, curve=False)))
    print(line("— heats found in each fold", crossed(documents, known, curve=False)))
    print(line("— and the curve: as is told", crossed(documents, known, curve=True)))
    print(line("ten orders, heats found in each fold", several(documents, known, curve=False)))
    print(line("— and the curve: as is told", several(documents, known, curve=True)))
    model, start = ClassModel(known, train(documents)), time.process_time()
    for found in every:
        model.confidences(found, Heat())
    print(f"{(time.process_time() - start) / len(every) * 1000:.2f} ms of CPU a message, {len(every)} messages")


if __name__ == "__main__":
    main(sys.argv[1])
