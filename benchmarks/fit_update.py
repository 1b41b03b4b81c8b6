"""Learn the weights of `monitor/classify/update_weights.py` from labelled sets.

    python -m benchmarks.fit_update [--folds N]

A multinomial logistic model over the signs of `monitor.classify.update.signs`. Two kinds of weights are learnt together: one
for each group and place (how much does any `event` word in a headline speak for its own update?), drawn weakly to zero, and
one for each sign and update (what does *this* word say?), drawn strongly, so that a rare word behaves like its group until
there is evidence. Learnt from are the sets that rules are tuned on: this project's own and, where the shared folder stands
beside the project, its development set; held-out and unread sets never. With --folds it prints how well weights learnt on
the rest do on each fold, and writes nothing.

Fitting is exact enough and repeatable: full batches, a step bounded by each weight's curvature, momentum that starts over
whenever the loss rises, no chance anywhere.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from monitor.analyse import read_records
from monitor.classify.evidence import Evidence
from monitor.classify.naming import product_names
from monitor.classify.update import signs
from monitor.model import Update
from monitor.taxonomy import load_vocabulary
from monitor.text import prepare

HERE = Path(__file__).parent
SETS = (
    *(HERE / "gold" / name for name in ("own_huiminbao.jsonl", "own_mixed.jsonl", "own_updates.jsonl")),
    HERE.parent.parent / "shared" / "gold" / "dev.jsonl",
)
TARGET = HERE.parent / "monitor" / "classify" / "update_weights.py"
UPDATES = tuple(update.value for update in Update)

GROUP_PENALTY = 0.1
SIGN_PENALTY = 0.3
BIAS_PENALTY = 0.5
ROUNDS = 1500
SMALLEST = 0.05
"""Signs whose weights are all smaller are left out of the table."""

Signs = Mapping[str, float]
Column = tuple[int, str]
"""A parameter: (update, sign) for one of its own, (-1, group) for one that a group shares, (update, "") for a bias."""


def examples() -> Iterator[tuple[Signs, int]]:
    """The signs of each labelled article on a product, with the number of its update."""
    vocabulary = load_vocabulary()
    for path in filter(Path.is_file, SETS):
        gold = {r["id"]: r for r in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
        for article in read_records(path):
            label = gold[article.id]
            # A product whose insurers are being chosen is a launch by convention, whatever the article's words.
            if label["update"] and label["topics"] == ["huiminbao"]:
                evidence = Evidence(prepare(article), vocabulary)
                yield signs(evidence, product_names(evidence)), UPDATES.index(label["update"])


def columns(found: Signs, update: int) -> dict[Column, float]:
    """What counts for one update of an article: its bias, each sign, and each group whose word names this update."""
    counted: defaultdict[Column, float] = defaultdict(float)
    counted[update, ""] = 1.0
    for sign, value in found.items():
        counted[update, sign] += value
        word, _, place = sign.partition("@")
        group, _, named = word.partition(".")
        if place and named == UPDATES[update]:
            counted[-1, f"{group}@{place}"] += value
    return counted


def penalty(column: Column) -> float:
    update, sign = column
    return GROUP_PENALTY if update < 0 else SIGN_PENALTY if sign else BIAS_PENALTY


def fit(rows: Sequence[tuple[Signs, int]]) -> dict[Column, float]:
    """The weights that make the labels likeliest under the penalties."""
    designs = [([columns(found, u) for u in range(len(UPDATES))], label) for found, label in rows]
    curvature: defaultdict[Column, float] = defaultdict(float)
    for design, _ in designs:
        breadth = max(sum(abs(v) for v in counted.values()) for counted in design)
        for counted in design:
            for column, value in counted.items():
                curvature[column] += 0.5 * abs(value) * breadth  # of a softmax, coordinate by coordinate, from above
    step = {column: 1.0 / (c + penalty(column)) for column, c in curvature.items()}
    weights, ahead = dict.fromkeys(step, 0.0), dict.fromkeys(step, 0.0)
    momentum, last = 1.0, math.inf
    for _ in range(ROUNDS):
        loss, slope = _slope(designs, ahead)
        if loss > last:
            momentum, ahead = 1.0, dict(weights)
            loss, slope = _slope(designs, ahead)
        last = loss
        moved = {column: ahead[column] - step[column] * slope[column] for column in step}
        following = (1 + math.sqrt(1 + 4 * momentum * momentum)) / 2
        carry = (momentum - 1) / following
        ahead = {column: moved[column] + carry * (moved[column] - weights[column]) for column in step}
        weights, momentum = moved, following
    return weights


def _slope(
    designs: Sequence[tuple[Sequence[Mapping[Column, float]], int]], weights: Mapping[Column, float]
) -> tuple[float, dict[Column, float]]:
    slope = {column: penalty(column) * weight for column, weight in weights.items()}
    loss = sum(penalty(column) * weight * weight for column, weight in weights.items()) / 2
    for design, label in designs:
        points = [sum(weights[c] * v for c, v in counted.items()) for counted in design]
        highest = max(points)
        odds = [math.exp(p - highest) for p in points]
        total = sum(odds)
        loss -= points[label] - highest - math.log(total)
        for update, counted in enumerate(design):
            error = odds[update] / total - (update == label)
            for column, value in counted.items():
                slope[column] += error * value
    return loss, slope


def table(weights: Mapping[Column, float], seen: set[str]) -> dict[str, tuple[float, ...]]:
    """The weight of each sign for each update: its own and its group's."""
    rows = {}
    for sign in sorted(seen):
        row = tuple(
            round(sum(weights.get(c, 0.0) * v for c, v in columns({sign: 1.0}, u).items() if c[1]), 2)
            for u in range(len(UPDATES))
        )
        if max(map(abs, row)) >= SMALLEST:
            rows[sign] = row
    return rows


def _write(weights: Mapping[Column, float], rows: Sequence[tuple[Signs, int]]) -> None:
    found = table(weights, {sign for signs_, _ in rows for sign in signs_})
    bias = tuple(round(weights[u, ""], 2) for u in range(len(UPDATES)))
    lines = [f'    "{sign}": ({", ".join(f"{w:g}" for w in row)}),' for sign, row in found.items()]
    head = f'''"""Weights of the signs of an update, learnt by `python -m benchmarks.fit_update` from {len(rows)} labelled articles: do not edit.

A row is a sign of `monitor.classify.update.signs`; its columns are the updates in the order of `UPDATES`. Points are natural
logarithms of odds: a sign with +1 for claims makes claims 2.7 times as likely against any update where it has 0.
"""

from __future__ import annotations

UPDATES = {UPDATES!r}
BIAS = {bias!r}
# fmt: off
WEIGHTS: dict[str, tuple[float, ...]] = {{
'''
    TARGET.write_text(head.replace("'", '"') + "\n".join(lines) + "\n}\n", encoding="utf-8")


def _right(weights: Mapping[Column, float], rows: Sequence[tuple[Signs, int]]) -> int:
    def points(found: Signs, update: int) -> float:
        return sum(weights.get(c, 0.0) * v for c, v in columns(found, update).items())

    return sum(max(range(len(UPDATES)), key=lambda u, f=found: points(f, u)) == label for found, label in rows)  # type: ignore[misc]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--folds", type=int, default=0, help="only cross-validate, with so many folds")
    folds = arguments.parse_args().folds
    rows = list(examples())
    if folds:
        parts = [(rows[k::folds], [r for i, r in enumerate(rows) if i % folds != k]) for k in range(folds)]
        right = sum(_right(fit(rest), part) for part, rest in parts)
        print(f"{right} of {len(rows)} right on folds that were not learnt from: {right / len(rows):.3f}")
        return
    weights = fit(rows)
    print(f"{_right(weights, rows)} of {len(rows)} right on what was learnt from")
    _write(weights, rows)


if __name__ == "__main__":
    main()
