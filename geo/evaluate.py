"""Predictions against gold: how well place names are found and placed.

A gold line is ``{"id", "text", "toponyms": [{"start", "end", "lat", "lon", "kind", ...}]}`` with, where they help,
``alt_spans`` (other spans that are as right), ``class``, ``radius_km`` and, beside the toponyms, ``traps``: words that
look like places and are none. A prediction line is ``{"id", "mentions": [{"start", "end", "lat", "lon"}]}``; null
coordinates mean unresolved. Associative gold toponyms count neither way: they need not be found, and finding one is no
mistake.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geo.geodesy import distance_km
from geo.records import Kind

Span = tuple[int, int]

NEAR_KM, CITY_KM = 161, 25
"""161 km (100 miles) is the custom of the field; 25 km tells a town from its neighbour."""
FARTHEST_KM = 20039.0
"""Half the equator: the error that the AUC gives an unresolved mention."""


@dataclass(frozen=True, slots=True)
class _Toponym:
    """A gold toponym or a predicted mention."""

    spans: tuple[Span, ...]
    """The span, then the alternatives that are as right."""
    lat: float | None
    lon: float | None
    group: str
    radius_km: float
    raw: dict[str, Any]

    @property
    def located(self) -> bool:
        return self.lat is not None and self.lon is not None

    def shared(self, other: _Toponym) -> int:
        """Characters shared with `other`; 0 or less = none."""
        return min(self.spans[0][1], other.spans[0][1]) - max(self.spans[0][0], other.spans[0][0])


@dataclass(frozen=True, slots=True)
class _Judged:
    """A gold toponym with coordinates and the mention that was matched with it."""

    gold: _Toponym
    guess: _Toponym
    error_km: float | None
    """None = unresolved."""

    def within(self, limit_km: float) -> bool:
        return self.error_km is not None and self.error_km <= limit_km

    @property
    def lenient(self) -> bool:
        """Within the usual distance, or inside the place: where a country's centre lies is a convention."""
        return self.within(max(NEAR_KM, self.gold.radius_km))


@dataclass(frozen=True, slots=True)
class _Verdict:
    """One document's outcome; counts add up."""

    document: dict[str, Any]
    counts: Counter[str]
    judged: list[_Judged]
    missed: list[_Toponym]
    spurious: list[_Toponym]


def evaluate(gold: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> dict[str, Any]:
    """All figures, 0 to 1 unless the key says km or counts something.

    ``strict``: the very span or one of its alternatives; ``overlap``: a character shared, one to one, best overlaps
    first. ``acc@..``: share of overlap-matched toponyms placed that near. ``e2e``: a prediction is right only if it
    overlaps a toponym and lies within 161 km (``e2e25``: 25 km; ``e2e_lenient``: or inside the place). ``AUC``: of the
    logarithm of the error; 0 is best.
    """
    verdicts = _verdicts(gold, predictions)
    totals: Counter[str] = sum((verdict.counts for verdict in verdicts), Counter())
    judged = [item for verdict in verdicts for item in verdict.judged]
    predicted = {str(line["id"]) for line in predictions}
    return {
        "docs": len(gold),
        "docs_without_prediction": sum(str(document["id"]) not in predicted for document in gold),
        "gold": totals["gold"],
        "gold_located": totals["gold_located"],
        "predicted_counted": totals["overlap_predicted"],
        "traps": totals["traps"],
        "traps_hit": totals["traps_hit"],
        **_rates("strict", totals["strict_right"], totals["strict_predicted"], totals["gold"]),
        **_rates("overlap", totals["overlap_right"], totals["overlap_predicted"], totals["gold"]),
        **_placing(judged),
        **_end_to_end(judged, totals),
        "by_class": _by_class(judged),
    }


def list_errors(gold: list[dict[str, Any]], predictions: list[dict[str, Any]], limit: int) -> list[str]:
    """Up to `limit` lines each of toponyms missed, mentions that are none, and those placed too far, worst first."""
    verdicts = _verdicts(gold, predictions)
    missed = [f"MISSED {_in_context(verdict.document, item)}" for verdict in verdicts for item in verdict.missed]
    spurious = [f"SPURIOUS {_in_context(verdict.document, item)}" for verdict in verdicts for item in verdict.spurious]
    far = [
        (item.error_km or 0.0, f"FAR {item.error_km:.0f} km {_in_context(verdict.document, item.gold)}")
        for verdict in verdicts
        for item in verdict.judged
        if item.error_km is not None and not item.within(NEAR_KM)
    ]
    far.sort(key=lambda pair: -pair[0])
    return missed[:limit] + spurious[:limit] + [line for _, line in far[:limit]]


def format_report(figures: dict[str, Any]) -> str:
    """The figures as a table for a terminal."""
    shown = {key: _shown(value) for key, value in figures.items()}
    lines = [
        f"documents {shown['docs']} (without prediction: {shown['docs_without_prediction']})"
        f"   gold toponyms {shown['gold']}   counted predictions {shown['predicted_counted']}",
        f"{'':26}{'P':>7}{'R':>7}{'F1':>7}",
        *(
            f"{label:26}" + "".join(f"{shown[f'{key}_{rate}']:>7}" for rate in ("P", "R", "F1"))
            for label, key in _REPORT_ROWS
        ),
        f"placed: {shown['matched_located']} matched with gold coordinates, {shown['unresolved']} of them unresolved",
        f"  within 161 km {shown['acc@161km']}   within 25 km {shown['acc@25km']}   lenient {shown['lenient161']}"
        f"   median {shown['median_km']} km   mean {shown['mean_km']} km   AUC {shown['AUC']}",
    ]
    if figures["traps"]:
        lines.append(f"traps (words that are no places): {shown['traps_hit']} of {shown['traps']} hit")
    if figures["by_class"]:
        lines.append(f"{'class':18}{'n':>6}{'161 km':>8}{'25 km':>8}{'lenient':>9}")
        lines += [
            f"{name:18}{row['n']:>6}{row['acc@161km']:>8.3f}{row['acc@25km']:>8.3f}{row['lenient161']:>9.3f}"
            for name, row in figures["by_class"].items()
        ]
    return "\n".join(lines)


_REPORT_ROWS = (
    ("span, strict", "strict"),
    ("span, overlap", "overlap"),
    ("end to end, 161 km", "e2e"),
    ("end to end, 25 km", "e2e25"),
    ("end to end, lenient", "e2e_lenient"),
)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _verdicts(gold: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> list[_Verdict]:
    mentions: dict[str, list[dict[str, Any]]] = {}
    for line in predictions:
        mentions.setdefault(str(line["id"]), []).extend(line.get("mentions", ()))
    return [_judge(document, mentions.get(str(document["id"]), [])) for document in gold]


def _judge(document: dict[str, Any], mentions: Sequence[dict[str, Any]]) -> _Verdict:
    toponyms = [_toponym(raw) for raw in document.get("toponyms", ())]
    required = [item for item in toponyms if item.raw.get("kind") != Kind.ASSOCIATIVE]
    ignored = [item for item in toponyms if item.raw.get("kind") == Kind.ASSOCIATIVE]
    guesses = _distinct([_toponym(raw) for raw in mentions])
    free = [item for item in guesses if any(other.shared(item) > 0 for other in ignored)]
    strict = _pair(_strict_offers(required, guesses))
    overlap = _pair(_overlap_offers(required, guesses))
    judged = [_placed(required[g], guesses[p]) for g, p in overlap.items() if required[g].located]
    found = {guesses[p].spans[0] for p in overlap.values()}
    unmatched = [item for item in guesses if item.spans[0] not in found]
    traps = [_toponym(raw) for raw in document.get("traps", ())]
    counts = Counter(
        gold=len(required),
        gold_located=sum(item.located for item in required),
        strict_right=len(strict),
        strict_predicted=_counted(guesses, strict.values(), free),
        overlap_right=len(overlap),
        overlap_predicted=_counted(guesses, overlap.values(), free),
        matched_without_place=len(overlap) - len(judged),
        traps=len(traps),
        traps_hit=sum(any(trap.shared(item) > 0 for item in unmatched) for trap in traps),
    )
    return _Verdict(
        document=document,
        counts=counts,
        judged=judged,
        missed=[item for i, item in enumerate(required) if i not in overlap],
        spurious=[item for item in unmatched if item not in free],
    )


def _toponym(raw: dict[str, Any]) -> _Toponym:
    return _Toponym(
        spans=((raw["start"], raw["end"]), *((start, end) for start, end in raw.get("alt_spans", ()))),
        lat=raw.get("lat"),
        lon=raw.get("lon"),
        group=raw.get("class") or raw.get("kind") or "unknown",
        radius_km=raw.get("radius_km") or 0.0,
        raw=raw,
    )


def _distinct(mentions: Iterable[_Toponym]) -> list[_Toponym]:
    """The mentions without a second one of the same span: predicted twice counts once."""
    first: dict[Span, _Toponym] = {}
    for item in mentions:
        first.setdefault(item.spans[0], item)
    return list(first.values())


Offer = tuple[float, int, int, int]
"""How good a pair is (smaller is better, twice), then the positions of toponym and prediction in their lists."""


def _strict_offers(required: Sequence[_Toponym], guesses: Sequence[_Toponym]) -> Iterator[Offer]:
    for g, gold in enumerate(required):
        for p, guess in enumerate(guesses):
            if guess.spans[0] in gold.spans:
                yield float(guess.spans[0] != gold.spans[0]), 0, g, p


def _overlap_offers(required: Sequence[_Toponym], guesses: Sequence[_Toponym]) -> Iterator[Offer]:
    for g, gold in enumerate(required):
        for p, guess in enumerate(guesses):
            shared = gold.shared(guess)
            if shared > 0:
                (start, end), (first, last) = gold.spans[0], guess.spans[0]
                ratio = 1.0 if guess.spans[0] in gold.spans else shared / (max(end, last) - min(start, first))
                yield -ratio, abs(first - start), g, p


def _pair(offers: Iterable[Offer]) -> dict[int, int]:
    """Each gold toponym with at most one prediction and the other way round, best offers first."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, g, p in sorted(offers):
        if g not in pairs and p not in taken:
            pairs[g] = p
            taken.add(p)
    return pairs


def _counted(guesses: Sequence[_Toponym], matched: Iterable[int], free: Sequence[_Toponym]) -> int:
    """Predictions that count: all but those that touch only what is to be ignored."""
    taken = set(matched)
    return sum(p in taken or guess not in free for p, guess in enumerate(guesses))


def _placed(gold: _Toponym, guess: _Toponym) -> _Judged:
    if gold.lat is None or gold.lon is None or guess.lat is None or guess.lon is None:
        return _Judged(gold, guess, None)
    return _Judged(gold, guess, distance_km(gold.lat, gold.lon, guess.lat, guess.lon))


def _rates(name: str, right: int, predicted: int, wanted: int) -> dict[str, float]:
    precision = right / predicted if predicted else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {f"{name}_P": precision, f"{name}_R": recall, f"{name}_F1": f1}


def _placing(judged: Sequence[_Judged]) -> dict[str, Any]:
    errors = [item.error_km for item in judged if item.error_km is not None]
    return {
        "matched_located": len(judged),
        "unresolved": len(judged) - len(errors),
        **_shares(judged),
        "median_km": statistics.median(errors) if errors else None,
        "mean_km": sum(errors) / len(errors) if errors else None,
        "AUC": _auc([FARTHEST_KM if item.error_km is None else min(item.error_km, FARTHEST_KM) for item in judged]),
    }


def _end_to_end(judged: Sequence[_Judged], totals: Counter[str]) -> dict[str, float]:
    """Gold without coordinates is left out, and so are the predictions matched with it."""
    predicted = totals["overlap_predicted"] - totals["matched_without_place"]
    right = {
        "e2e": sum(item.within(NEAR_KM) for item in judged),
        "e2e25": sum(item.within(CITY_KM) for item in judged),
        "e2e_lenient": sum(item.lenient for item in judged),
    }
    rates: dict[str, float] = {}
    for name, count in right.items():
        rates |= _rates(name, count, predicted, totals["gold_located"])
    return rates


def _shares(judged: Sequence[_Judged]) -> dict[str, float]:
    n = max(len(judged), 1)
    return {
        "acc@161km": sum(item.within(NEAR_KM) for item in judged) / n,
        "acc@25km": sum(item.within(CITY_KM) for item in judged) / n,
        "lenient161": sum(item.lenient for item in judged) / n,
    }


def _by_class(judged: Sequence[_Judged]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[_Judged]] = {}
    for item in judged:
        groups.setdefault(item.gold.group, []).append(item)
    ordered = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    return {name: {"n": len(items), **_shares(items)} for name, items in ordered}


def _auc(errors_km: Sequence[float]) -> float | None:
    """Area under the sorted curve of ln(error + 1), by trapezoids, as a share of the worst (Gritta et al. 2020)."""
    if not errors_km:
        return None
    heights = sorted(math.log(error + 1) for error in errors_km)
    if len(heights) == 1:
        return heights[0] / math.log(FARTHEST_KM)
    area = sum(heights) - (heights[0] + heights[-1]) / 2
    return area / (math.log(FARTHEST_KM) * (len(heights) - 1))


def _in_context(document: dict[str, Any], item: _Toponym) -> str:
    text = document["text"].replace("\n", " ")
    start, end = item.spans[0]
    return f"{document['id']} {text[max(0, start - 25) : start]}[{text[start:end]}]{text[end : end + 20]}"
