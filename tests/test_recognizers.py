"""Which recogniser is used, by name; and what changes the recipe."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from geo import __main__ as cli
from geo import settings as geo_settings
from geo.errors import SettingsError
from geo.recognize import RuleRecognizer, plugins
from geo.recognize.plugins import load_recognizer, recipe
from geo.records import Mention
from geo.resolve import Geoparser, Resolver
from geo.settings import ROOT, Settings
from geo.store import Atlas

TEXT = "وصل الوفد إلى الموصل صباح الأحد، ثم عاد إلى مسقط رأسه."

PLUGIN = '''
from geo.records import Mention


class Capitals:
    """Takes every word in capitals for Mosul."""

    def __init__(self, gazetteer, settings):
        pass

    def recognize(self, text):
        words = [word for word in text.split() if word.isupper()]
        starts = [text.index(word) for word in words]
        return [
            Mention(start=start, end=start + len(word), surface=word, names=("الموصل",))
            for start, word in zip(starts, words)
        ]
'''


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A package with two recognisers, one of them broken, as pip would install it."""
    site = tmp_path / "site"
    info = site / "extra_atlas-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "extra_atlas.py").write_text(PLUGIN, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: extra-atlas\nVersion: 1.0\n", encoding="utf-8")
    points = "capitals = extra_atlas:Capitals\nbroken = extra_atlas:Nobody\nrules = extra_atlas:Capitals\n"
    (info / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{points}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    yield site
    sys.modules.pop("extra_atlas", None)


@pytest.fixture
def model(tmp_path) -> Path:
    """A folder that looks like a model's from outside."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_rules_are_the_default(gazetteer):
    settings = geo_settings.load({})
    assert isinstance(load_recognizer(settings.recognizer, gazetteer, settings), RuleRecognizer)
    assert Geoparser.from_settings(gazetteer, settings) is Geoparser.over(gazetteer)


def test_the_environment_names_recogniser_and_model():
    settings = geo_settings.load({"ARTICLE_ATLAS_RECOGNIZER": "transformers", "ARTICLE_ATLAS_MODEL": "/models/ner"})
    assert (settings.recognizer, settings.model) == ("transformers", Path("/models/ner"))


def test_an_unknown_name_is_refused_with_the_known_ones(gazetteer):
    with pytest.raises(SettingsError, match=r"no recogniser 'magic'; known are .*rules, transformers"):
        load_recognizer("magic", gazetteer, Settings())


def test_an_installed_package_offers_its_recogniser_by_name(gazetteer, plugin):
    settings = Settings(recognizer="capitals")
    [found] = Geoparser.from_settings(gazetteer, settings).geoparse("to MOSUL")
    assert (found.mention.surface, found.entry and found.entry.name) == ("MOSUL", "Mosul")
    assert "capitals" in plugins.known()


def test_no_package_takes_the_place_of_the_rules(gazetteer, plugin):
    assert isinstance(load_recognizer("rules", gazetteer, Settings()), RuleRecognizer)


def test_a_broken_package_is_named_with_a_remedy(gazetteer, plugin):
    with pytest.raises(SettingsError, match=r"'broken' cannot be loaded from 'extra_atlas:Nobody'.*RECOGNIZER=rules"):
        load_recognizer("broken", gazetteer, Settings())


def test_the_package_offers_what_the_checkout_knows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"][plugins.GROUP] == plugins.BUILT_IN
    assert "transformers" in project["optional-dependencies"]


def test_a_geoparser_is_built_with_any_recogniser(gazetteer):
    class Always:
        def recognize(self, text: str) -> list[Mention]:
            return [Mention(start=0, end=4, surface=text[:4], names=("ليبيا",))]

    [found] = Geoparser(Always(), Resolver(gazetteer)).geoparse("here")
    assert found.entry is not None
    assert found.entry.place_id == "cldr:LY"


def test_the_command_line_uses_the_recogniser_that_is_set(plugin, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ARTICLE_ATLAS_RECOGNIZER", "capitals")
    gold = {"id": 1, "text": "to MOSUL", "toponyms": [{"start": 3, "end": 8, "surface": "MOSUL", "lat": 36, "lon": 43}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold))
    assert cli.main(["geoparse", str(tmp_path / "gold.jsonl")]) == 0
    assert json.loads(capsys.readouterr().out)["mentions"][0]["place_id"] == "geonames:99072"
    assert cli.main(["evaluate", str(tmp_path / "gold.jsonl"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["strict_F1"] == 1


def test_ingest_reads_everything_anew_with_another_recogniser(plugin, tmp_path, monkeypatch, capsys):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("to MOSUL and الموصل", encoding="utf-8")
    command = ["ingest", str(tmp_path / "corpus"), "--store", str(tmp_path / "atlas"), "--json"]
    new = []
    for name in ("rules", "capitals", "capitals"):
        monkeypatch.setenv("ARTICLE_ATLAS_RECOGNIZER", name)
        assert cli.main(command) == 0
        new.append(json.loads(capsys.readouterr().out)["new"])
    assert new == [1, 1, 0]
    assert Atlas.open(tmp_path / "atlas").summary().mentions == 1


def test_a_wrong_name_ends_the_command_with_a_message():
    done = subprocess.run(
        [sys.executable, "-m", "geo", "geoparse", "-"],
        cwd=ROOT, env={**os.environ, "ARTICLE_ATLAS_RECOGNIZER": "magic"}, input=b"", capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, b"no recogniser 'magic'" in done.stderr, b"Traceback" in done.stderr) == (2, True, False)


def test_the_rules_heed_no_model(gazetteer, model):
    assert recipe(Settings()) == recipe(Settings(model=model)) == gazetteer.recipe


def test_the_recipe_changes_with_the_recogniser(gazetteer, plugin, model):
    recipes = {recipe(Settings(recognizer=name, model=model)) for name in ("rules", "transformers", "capitals")}
    assert len(recipes) == 3
    assert len({len(found) for found in recipes}) == 1


def test_the_recipe_changes_with_the_version_of_the_package(gazetteer, plugin):
    before = recipe(Settings(recognizer="capitals"))
    metadata = plugin / "extra_atlas-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("1.0", "1.1"))
    assert recipe(Settings(recognizer="capitals")) != before


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_the_recipe_changes_with_the_content_of_the_model(gazetteer, model, name):
    settings = Settings(recognizer="transformers", model=model)
    before = recipe(settings)
    size = (model / name).stat().st_size
    (model / name).write_bytes(b"x" * size)
    assert recipe(settings) != before


def test_a_copy_of_the_model_is_the_same_model(gazetteer, model, tmp_path):
    shutil.copytree(model, tmp_path / "copy", copy_function=shutil.copyfile)
    os.utime(tmp_path / "copy" / "config.json", (0, 0))
    (tmp_path / "copy" / "README.md").write_text("about")
    folders = (model, tmp_path / "copy")
    assert len({recipe(Settings(recognizer="transformers", model=folder)) for folder in folders}) == 1


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        (None, "ARTICLE_ATLAS_MODEL is not set"),
        (Path("CAMeL-Lab/bert-base-arabic-camelbert-mix-ner"), "is not a folder; .* a name on a hub is not fetched"),
        (ROOT / "geo", r"holds no config\.json"),
    ],
)
def test_what_is_no_model_folder_is_refused_with_a_remedy(gazetteer, folder, message):
    with pytest.raises(SettingsError, match=message):
        Geoparser.from_settings(gazetteer, Settings(recognizer="transformers", model=folder))


def test_the_rules_tell_their_near_misses(gazetteer):
    rules = RuleRecognizer(gazetteer)
    taken, refused = rules.weigh(TEXT, -20.0)
    assert taken == rules.recognize(TEXT)
    assert "مسقط" in {mention.surface for mention in refused}
    assert all(TEXT[mention.start : mention.end] == mention.surface for mention in refused)


def test_near_misses_score_more_than_the_least_asked_for(gazetteer):
    rules = RuleRecognizer(gazetteer)
    every, some = (rules.weigh(TEXT, least)[1] for least in (-20.0, -4.0))
    assert some == [mention for mention in every if mention.score > -4.0]
