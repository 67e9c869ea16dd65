"""The rules with a token-classification model at their side (optional: torch and transformers, loaded when needed)."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Self

from geo.errors import SettingsError
from geo.gazetteer import Gazetteer
from geo.recognize import RuleRecognizer, model_folder
from geo.recognize.second_opinion import (
    PLACE_LABELS,
    RESCUE_ABOVE,
    Opinion,
    Piece,
    Span,
    form_opinion,
    place_spans,
    split_label,
    words_of,
)
from geo.records import Mention
from geo.settings import Settings

LONGEST_WINDOW = 512
"""Pieces of words: what BERT was trained on. A model that takes fewer gets fewer."""

OVERLAP = 0.25
"""Part of a window that the next one repeats, so that each word is seen with some text on both sides."""

_PACKAGES = ("torch", "transformers")
_LONE_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Fast tokenizers take no lone surrogates; one character for one keeps the offsets."""


class TransformerRecognizer:
    """The rules, with the model asked where they are unsure. Safe to share between threads; they take turns."""

    def __init__(self, rules: RuleRecognizer, folder: Path, *, labels: Collection[str] = PLACE_LABELS) -> None:
        self.rules = rules
        self.tagger = PlaceTagger(folder, labels)

    @classmethod
    def from_settings(cls, gazetteer: Gazetteer, settings: Settings) -> Self:
        """Over the model that the settings name; `SettingsError` if they name none or the packages are missing."""
        return cls(RuleRecognizer.from_settings(gazetteer, settings), model_folder.checked(settings.model))

    def recognize(self, text: str) -> list[Mention]:
        """The mentions of `text` in order, none overlapping; ``text[m.start:m.end] == m.surface`` for each."""
        return self.opinion(text).mentions

    def opinion(self, text: str) -> Opinion:
        """The mentions that stand, and those that the model's veto removed."""
        taken, refused = self.rules.weigh(text, RESCUE_ABOVE)
        return form_opinion(taken, refused, self.tagger.spans(text))


class PlaceTagger:
    """A token-classification model in a folder: text in, the spans it takes for places out.

    The model is loaded with the first text, so that whoever only counts what is new need not wait for it.
    """

    def __init__(self, folder: Path, labels: Collection[str] = PLACE_LABELS) -> None:
        self.folder = model_folder.checked(folder)
        self.labels = frozenset(label.upper() for label in labels)
        self._lock = threading.Lock()
        """Fast tokenizers must not be called twice at once."""
        self._loaded: tuple[Any, Any] | None = None
        for package in _PACKAGES:
            if importlib.util.find_spec(package) is None:
                raise _not_installed(package)

    def spans(self, text: str) -> list[Span]:
        """The spans that the model takes for places, in order, disjoint; none if nothing but spaces is given."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self.folder, self.labels)
            return place_spans(words_of(_windows(text, *self._loaded)), self.labels)


def _load(folder: Path, labels: Collection[str]) -> tuple[Any, Any]:
    """Tokenizer and model, from this folder and nowhere else. `SettingsError` if they are not what is needed."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the packages are imported
    try:
        import transformers
    except ImportError as error:
        raise _not_installed(error.name or "transformers") from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    options = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **options)
        model, report = transformers.AutoModelForTokenClassification.from_pretrained(
            str(folder), output_loading_info=True, **options
        )
    except Exception as error:  # that very class is what the packages raise over a damaged file
        raise _unusable(folder, f"cannot be loaded ({type(error).__name__}: {error})") from error
    if not tokenizer.is_fast:
        raise _unusable(folder, "has no fast tokenizer (tokenizer.json), so its offsets are not known")
    if report["missing_keys"]:  # transformers would fill them with random numbers
        raise _unusable(folder, f"has no weights for {', '.join(sorted(report['missing_keys'])[:3])}")
    known = model.config.id2label.values()
    if not any(split_label(label)[1] in labels for label in known):
        raise _unusable(
            folder,
            f"labels nothing as a place: it knows {', '.join(sorted(known))}, wanted is one of"
            f" {', '.join(sorted(labels))} (id2label in config.json gives the names)",
        )
    return tokenizer, model.eval()


def _windows(text: str, tokenizer: Any, model: Any) -> Iterator[list[Piece]]:
    """The text in overlapping windows, each piece with the label that the model finds likeliest."""
    import torch

    size = min(LONGEST_WINDOW, tokenizer.model_max_length, _positions(model.config))
    encoded = tokenizer(
        text.translate(_LONE_SURROGATES),
        truncation=True,
        max_length=size,
        stride=int((size - tokenizer.num_special_tokens_to_add()) * OVERLAP),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    names = [name for name in tokenizer.model_input_names if name in encoded]
    for number, offsets in enumerate(encoded["offset_mapping"]):  # one by one: nothing to pad, memory bounded
        with torch.inference_mode():
            logits = model(**{name: torch.tensor([encoded[name][number]]) for name in names}).logits[0]
        labels = [model.config.id2label[index] for index in logits.argmax(-1).tolist()]
        yield [
            Piece(word, start, end, label)
            for word, (start, end), label in zip(encoded.word_ids(number), offsets, labels, strict=True)
        ]


def _positions(config: Any) -> int:
    """The most pieces that the model has positions for."""
    return int(getattr(config, "max_position_embeddings", LONGEST_WINDOW))


def _not_installed(package: str) -> SettingsError:
    return SettingsError(
        f"the recogniser 'transformers' needs the package {package}, which is not installed;"
        " pip install 'article-atlas[transformers]' (in a checkout: pip install '.[transformers]'),"
        " or set ARTICLE_ATLAS_RECOGNIZER=rules"
    )


def _unusable(folder: Path, reason: str) -> SettingsError:
    return SettingsError(
        f"ARTICLE_ATLAS_MODEL: the model in '{folder}' {reason}; give the folder of a token-classification model"
        " with a fast tokenizer (docs/transformers.md)"
    )
