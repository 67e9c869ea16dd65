"""Veto and rescue, first without a model, then with a tiny one that is made here (needs torch and transformers)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SettingsError
from geo.recognize.second_opinion import RESCUE_ABOVE, VETO_BELOW, Piece, form_opinion, place_spans, words_of
from geo.recognize.transformer import PlaceTagger, TransformerRecognizer
from geo.records import Kind, Mention
from geo.resolve import Geoparser
from geo.settings import Settings

DOUBTFUL, SURE, NEAR, FAR = VETO_BELOW - 0.5, VETO_BELOW + 0.5, RESCUE_ABOVE + 0.5, RESCUE_ABOVE - 0.5


def mention(start: int, end: int, score: float, kind: Kind = Kind.LITERAL) -> Mention:
    return Mention(start=start, end=end, surface="x" * (end - start), score=score, kind=kind, rule="name")


def spans_of(mentions: list[Mention]) -> list[tuple[int, int]]:
    return [(found.start, found.end) for found in mentions]


@pytest.mark.parametrize(
    ("score", "kind", "spans", "stands"),
    [
        (DOUBTFUL, Kind.LITERAL, [], False),
        (DOUBTFUL, Kind.LITERAL, [(0, 5), (8, 9)], False),
        (DOUBTFUL, Kind.LITERAL, [(4, 6)], True),
        (SURE, Kind.LITERAL, [], True),
        (DOUBTFUL, Kind.ASSOCIATIVE, [], True),
    ],
)
def test_a_doubtful_literal_mention_stands_only_if_the_model_sees_a_place_there(score, kind, spans, stands):
    opinion = form_opinion([mention(5, 8, score, kind)], [], spans)
    assert spans_of(opinion.mentions if stands else opinion.vetoed) == [(5, 8)]
    assert len(opinion.mentions) + len(opinion.vetoed) == 1


def test_a_vetoed_mention_says_so():
    [vetoed] = form_opinion([mention(5, 8, DOUBTFUL)], [], []).vetoed
    assert vetoed.rule == "transformer veto"


@pytest.mark.parametrize(
    ("score", "kind", "spans", "rescued"),
    [
        (NEAR, Kind.LITERAL, [(7, 12)], True),
        (NEAR, Kind.LITERAL, [(8, 12)], False),
        (NEAR, Kind.LITERAL, [], False),
        (FAR, Kind.LITERAL, [(5, 8)], False),
        (NEAR, Kind.ASSOCIATIVE, [(5, 8)], False),
    ],
)
def test_a_near_miss_is_rescued_only_where_the_model_sees_a_place(score, kind, spans, rescued):
    opinion = form_opinion([], [mention(5, 8, score, kind)], spans)
    assert spans_of(opinion.mentions) == ([(5, 8)] if rescued else [])
    assert all(found.rule == "transformer rescue" for found in opinion.mentions)


def test_a_span_that_a_mention_answers_rescues_nothing_beside_it():
    opinion = form_opinion([mention(6, 10, SURE)], [mention(0, 5, NEAR)], [(0, 10)])
    assert spans_of(opinion.mentions) == [(6, 10)]


def test_of_overlapping_near_misses_the_longest_is_rescued():
    refused = [mention(0, 4, NEAR + 1), mention(0, 9, NEAR), mention(5, 9, NEAR + 1)]
    assert spans_of(form_opinion([], refused, [(0, 9)]).mentions) == [(0, 9)]


def test_a_near_miss_can_take_the_place_of_a_vetoed_mention():
    opinion = form_opinion([mention(5, 8, DOUBTFUL)], [mention(0, 8, NEAR)], [(0, 4)])
    assert spans_of(opinion.mentions) == [(0, 8)]
    assert spans_of(opinion.vetoed) == [(5, 8)]


cuts = st.lists(st.integers(0, 60), unique=True, max_size=16).map(sorted)
disjoint = cuts.map(lambda ends: list(zip(ends[::2], ends[1::2], strict=False)))
scores = st.floats(-4, 4)


@given(disjoint, st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9), scores)), disjoint, st.randoms())
def test_mentions_stay_in_order_and_disjoint_and_none_is_made_up(taken, refused, spans, random):
    old = [mention(start, end, random.uniform(-0.5, 4)) for start, end in taken]
    near = [mention(start, start + length, score) for start, length, score in refused]
    opinion = form_opinion(old, near, spans)
    found = spans_of(opinion.mentions)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert {*found, *spans_of(opinion.vetoed)} <= {*spans_of(old), *spans_of(near)}
    assert {span for span in spans_of(old) if span not in found} == set(spans_of(opinion.vetoed)) - set(found)


@pytest.mark.parametrize(
    ("labels", "spans"),
    [
        ("B-LOC I-LOC O B-LOC", [(0, 3), (6, 7)]),
        ("B-LOC B-LOC I-LOC", [(0, 1), (2, 5)]),
        ("I-LOC I-LOC O I-GPE", [(0, 3), (6, 7)]),
        ("LOC GPE O O", [(0, 3)]),
        ("S-LOC S-LOC O O", [(0, 1), (2, 3)]),
        ("B-LOC L-LOC U-LOC O", [(0, 3), (4, 5)]),
        ("B-PERS I-PERS B-ORG O", []),
        ("b-loc i-loc O B-MISC", [(0, 3)]),
    ],
)
def test_labels_of_every_scheme_make_spans(labels, spans):
    words = [Piece(i, 2 * i, 2 * i + 1, label) for i, label in enumerate(labels.split())]
    assert place_spans(words) == spans


def test_a_word_bears_the_label_of_its_first_piece_and_the_marks_of_the_model_none():
    window = [Piece(None, 0, 0, "B-LOC"), Piece(0, 0, 2, "O"), Piece(0, 2, 5, "B-LOC"), Piece(1, 6, 8, "B-LOC")]
    assert words_of([window]) == [Piece(0, 0, 5, "O"), Piece(1, 6, 8, "B-LOC")]


def test_where_windows_overlap_the_one_with_more_text_around_the_word_decides():
    first = [Piece(i, 2 * i, 2 * i + 1, "first") for i in range(6)]
    second = [Piece(i, 2 * i, 2 * i + 1, "second") for i in range(2, 9)]
    assert [word.label for word in words_of([first, second])] == ["first"] * 4 + ["second"] * 5


def test_without_the_optional_packages_the_message_says_how_to_install_them(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SettingsError, match=r"needs the package torch.*pip install 'article-atlas\[transformers\]'"):
        PlaceTagger(tmp_path)


BEGINS, INSIDE, OTHER = ("الموصل", "دير", "سرت"), ("الزور",), ("وصل", "إلى", "في", "ثم", "كريم", "عاد", "جميلة")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a model of 16 dimensions that labels each word by its embedding, whatever stands around it."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[transformers]'")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    folder = tmp_path_factory.mktemp("tiny")
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *OTHER, *BEGINS, *INSIDE)
    tokenizer(transformers, words).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=24, id2label={0: "O", 1: "B-LOC", 2: "I-LOC"},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "LayerNorm" not in name:
                weights.zero_()  # each layer hands its input on
        for number, word in enumerate(words):
            label = 1 if word in BEGINS else 2 if word in INSIDE else 0
            model.bert.embeddings.word_embeddings.weight[number, label] = 1.0
        model.classifier.weight[range(3), range(3)] = 1.0
    model.save_pretrained(folder)
    return folder


def tokenizer(transformers, words):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    core = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=core, **special)


def surfaces(text, spans):
    return [text[start:end] for start, end in spans]


def test_the_tagger_finds_places_by_offset(tiny):
    text = "وصل إلى الموصل ثم عاد ... في دير  الزور، جميلة"
    assert surfaces(text, PlaceTagger(tiny).spans(text)) == ["الموصل", "دير  الزور"]


@pytest.mark.parametrize("count", [10, 21, 22, 23, 500])
def test_a_long_text_is_read_in_windows_without_a_word_lost_or_doubled(tiny, count):
    text = " ".join(("سرت", "في", "دير", "الزور", "ثم")[i % 5] for i in range(count))
    expected = [("سرت", "دير الزور")[i % 5 > 0] for i in range(count) if i % 5 == 0 or (i % 5 == 3 and i < count)]
    expected += ["دير"] if count % 5 == 3 else []
    assert surfaces(text, PlaceTagger(tiny).spans(text)) == expected


@pytest.mark.parametrize("text", ["", " \n", "\ud800 في \udfff", "\u202e\u200f", "ا" * 5000, "سرت" * 1000])
def test_any_text_can_be_tagged(tiny, text):
    assert PlaceTagger(tiny).spans(text) == []


def test_a_broken_character_moves_no_offset(tiny):
    text = "\ud800\udfff في سرت"
    assert surfaces(text, PlaceTagger(tiny).spans(text)) == ["سرت"]


class Unsure:
    """Rules that doubt all they find: كريم taken, سرت refused, both by a little."""

    def weigh(self, text, least):
        def at(word, score):
            start = text.index(word)
            return Mention(start=start, end=start + len(word), surface=word, score=score, names=(word,), rule="name")

        return [at("كريم", DOUBTFUL)], [at("سرت", NEAR)]


def test_the_model_vetoes_and_rescues_what_the_rules_doubt(tiny):
    opinion = TransformerRecognizer(Unsure(), tiny).opinion("عاد كريم إلى سرت")
    assert [(found.surface, found.rule) for found in opinion.mentions] == [("سرت", "transformer rescue")]
    assert [(found.surface, found.rule) for found in opinion.vetoed] == [("كريم", "transformer veto")]


def test_the_geoparser_with_a_model_resolves_as_ever(tiny, gazetteer):
    text = "وصل إلى الموصل ثم عاد إلى بغداد"
    geoparser = Geoparser.from_settings(gazetteer, Settings(recognizer="transformers", model=tiny))
    assert [r.entry.name for r in geoparser.geoparse(text) if r.entry] == ["Mosul", "Baghdad"]
    assert geoparser is Geoparser.from_settings(gazetteer, Settings(recognizer="transformers", model=tiny))


def test_threads_share_one_tagger(tiny):
    tagger = PlaceTagger(tiny)
    texts = ["في سرت " * length for length in range(1, 40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tagger.spans, texts)) == [tagger.spans(text) for text in texts]


def test_nothing_is_asked_of_the_network(tiny, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert PlaceTagger(tiny).spans("سرت") == [(0, 3)]
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def changed(tiny, tmp_path, **config):
    folder = tmp_path / "changed"
    shutil.copytree(tiny, folder)
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    return folder


def test_a_model_that_labels_no_places_is_refused(tiny, tmp_path):
    folder = changed(tiny, tmp_path, id2label={"0": "O", "1": "B-PERS", "2": "I-PERS"})
    with pytest.raises(SettingsError, match=r"labels nothing as a place: it knows B-PERS, I-PERS, O.*id2label"):
        PlaceTagger(folder).spans("سرت")


def test_other_labels_can_be_asked_for(tiny, tmp_path):
    folder = changed(tiny, tmp_path, id2label={"0": "O", "1": "B-toponym", "2": "I-toponym"})
    assert PlaceTagger(folder, labels=["toponym"]).spans("في سرت") == [(3, 6)]


def test_a_model_without_a_classifier_is_refused_rather_than_given_random_weights(tiny, tmp_path):
    transformers = pytest.importorskip("transformers")
    folder = changed(tiny, tmp_path)
    transformers.BertModel.from_pretrained(tiny).save_pretrained(folder)
    with pytest.raises(SettingsError, match=r"has no weights for classifier\.bias"):
        PlaceTagger(folder).spans("سرت")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_named_and_no_traceback(tiny, tmp_path, name):
    folder = changed(tiny, tmp_path)
    path = folder / name
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(SettingsError, match="changed' cannot be loaded"):
        PlaceTagger(folder).spans("سرت")
