"""What each rule brings: the figures with one rule taken away. python -m benchmarks.ablation [GOLD.jsonl...]

Without arguments: the development news, if it lies beside the repository.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo import gazetteer as geo_gazetteer
from geo import resolve, settings
from geo.evaluate import evaluate
from geo.gazetteer import Gazetteer
from geo.recognize import RuleRecognizer, score, tokens, unknown, walk
from geo.recognize.reading import Context, Evidence
from geo.records import Kind
from geo.resolve import Geoparser, Resolver

GOLD = settings.ROOT.parent / "shared" / "dev" / "dev_ar_news.jsonl"


def nothing(*_: Any) -> None:
    """In place of a rule that adds features to a list."""


def no_features(*_: Any) -> list[tuple[str, float]]:
    """In place of a rule that returns features."""
    return []


def zero(*_: Any) -> float:
    """In place of a rule that returns a cost."""
    return 0.0


RULES: dict[str, list[tuple[Any, str, Callable[..., Any]]]] = {
    "class words (مدينة، محافظة)": [(score, "_class_word", lambda *_: (None, -1))],
    "cues before (في، شمال، الرئيس)": [(score, "_before_features", nothing)],
    "cues after (العراقية، adjectives)": [(score, "_after_features", nothing)],
    "lists (الموصل وتلعفر)": [(Context, "in_list", lambda *_: False)],
    "the word itself (idioms, adjectives)": [(score, "_own_features", nothing)],
    "spelling (ه for ة, hamza)": [(tokens, "spelling_cost", zero), (score, "spelling_cost", zero)],
    "words with a clitic of their own": [(tokens, "_own_word", lambda *_: ())],
    "evidence from the rest of the text": [
        (RuleRecognizer, "readings", lambda _, text: walk(text, Evidence(), text.hot))
    ],
    "names the gazetteer lacks": [
        (unknown, "after_class_word", nothing),
        (unknown, "in_list", nothing),
        (unknown, "elsewhere", nothing),
    ],
    "organisations apart": [(score, "kind_at", lambda *_: Kind.LITERAL)],
    "resolution: class words": [(Resolver, "_class_features", no_features)],
    "resolution: words and places beside": [(resolve, "_beside_features", no_features)],
    "resolution: the rest of the text": [(resolve, "_text_features", no_features)],
}


@contextmanager
def without(patches: list[tuple[Any, str, Callable[..., Any]]]) -> Iterator[None]:
    """The program without a rule, restored afterwards."""
    kept = [(owner, name, owner.__dict__[name]) for owner, name, _ in patches]
    for owner, name, stand_in in patches:
        setattr(owner, name, stand_in)
    try:
        yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)


def figures(documents: list[dict[str, Any]], gazetteer: Gazetteer) -> dict[str, Any]:
    """The metrics of a fresh geoparser: its memo must not remember the rule that was taken away."""
    geoparser = Geoparser(RuleRecognizer(gazetteer), Resolver(gazetteer))
    predictions = []
    for document in documents:
        literal = [r for r in geoparser.geoparse(document["text"]) if r.mention.kind is Kind.LITERAL]
        mentions = [
            {
                "start": r.mention.start,
                "end": r.mention.end,
                "lat": r.entry and r.entry.lat,
                "lon": r.entry and r.entry.lon,
            }
            for r in literal
        ]
        predictions.append({"id": document["id"], "mentions": mentions})
    return evaluate(documents, predictions)


def main(paths: list[str]) -> None:
    """Print one line for the whole and one for each rule left out."""
    if not paths:
        if not GOLD.exists():
            print(f"ablation: {GOLD} is missing; name annotated articles: python -m benchmarks.ablation GOLD.jsonl")
            return
        paths = [str(GOLD)]
    gazetteer = geo_gazetteer.load(settings.load())
    for path in paths:
        documents = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        whole = figures(documents, gazetteer)
        print(f"\n{path}: strict P / R / F1, end-to-end F1@161km with country radius\n")
        print(row("all rules", whole, whole))
        for rule, patches in RULES.items():
            with without(patches):
                print(row(f"without {rule}", figures(documents, gazetteer), whole))


def row(label: str, result: dict[str, Any], whole: dict[str, Any]) -> str:
    """One line of a Markdown table."""
    strict = " / ".join(f"{result[f'strict_{name}']:.3f}" for name in ("P", "R", "F1"))
    change = result["strict_F1"] - whole["strict_F1"]
    e2e = result["e2e_lenient_F1"]
    return f"| {label} | {strict} | {change:+.3f} | {e2e:.3f} | {e2e - whole['e2e_lenient_F1']:+.3f} |"


if __name__ == "__main__":
    main(sys.argv[1:])
