"""Recognisers by name: those built in, and those that an installed package offers under the entry-point group."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version

from geo.errors import SettingsError
from geo.gazetteer import Gazetteer
from geo.gazetteer import recipe as gazetteer_recipe
from geo.recognize import model_folder
from geo.recognize.protocol import Recognizer
from geo.settings import RULES, Settings

GROUP = "article_atlas.recognizers"
"""Each entry point of this group is a `Factory`."""

Factory = Callable[[Gazetteer, Settings], Recognizer]

BUILT_IN = {
    RULES: "geo.recognize:RuleRecognizer.from_settings",
    "transformers": "geo.recognize.transformer:TransformerRecognizer.from_settings",
}
"""The same as in pyproject.toml: from a checkout that is not installed there are no entry points."""

_MODEL_LIBRARIES = ("torch", "transformers", "tokenizers")


def load_recognizer(name: str, gazetteer: Gazetteer, settings: Settings) -> Recognizer:
    """The recogniser of that name over the gazetteer. `SettingsError` if there is none or it lacks what it needs."""
    point = _entry_point(name)
    try:
        factory: Factory = point.load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"the recogniser '{name}' cannot be loaded from '{point.value}': {error}; mend or remove the package that"
            f" offers it, or set ARTICLE_ATLAS_RECOGNIZER={RULES}"
        ) from error
    return factory(gazetteer, settings)


def recipe(settings: Settings) -> str:
    """Hash of all that decides which mentions a text yields: the gazetteer's own recipe, recogniser and model.

    The rules add nothing to the gazetteer's. A model counts with its content and the libraries that run it.
    """
    own = gazetteer_recipe(settings)
    if settings.recognizer == RULES:
        return own
    point = _entry_point(settings.recognizer)
    parts = [own, point.name, point.value]
    if point.dist is not None:
        parts.append(f"{point.dist.name}={point.dist.version}")
    if settings.model is not None:
        parts.append(model_folder.fingerprint(model_folder.checked(settings.model)))
        parts += [f"{library}={_version(library)}" for library in _MODEL_LIBRARIES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[: len(own)]


def known() -> list[str]:
    """The names of all recognisers that can be asked for, in order of the alphabet."""
    return sorted({*BUILT_IN, *entry_points(group=GROUP).names})


def _entry_point(name: str) -> EntryPoint:
    """Built-in names come first: no package can take the place of the rules unasked."""
    if name in BUILT_IN:
        return EntryPoint(name=name, value=BUILT_IN[name], group=GROUP)
    for point in entry_points(group=GROUP, name=name):
        return point
    raise SettingsError(f"ARTICLE_ATLAS_RECOGNIZER: there is no recogniser '{name}'; known are {', '.join(known())}")


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
