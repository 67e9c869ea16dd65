"""Geocoding services: off by default, polite, cached; an outage is an outage, and a doubtful answer is no pin."""

from __future__ import annotations

import socket
from itertools import pairwise

import pytest
from nominatim import place, serving
from places import article

from geo import settings as geo_settings
from geo.__main__ import main
from geo.corrections import Corrections, Scope, Verdict, draft
from geo.errors import GeocodingUnavailableError, SettingsError
from geo.geocode import ChainGeocoder, GazetteerGeocoder, load_services
from geo.geocode.cache import AnswerCache
from geo.geocode.placing import names_that_would_leave, place_names
from geo.geocode.services import Service
from geo.records import Entry, Mention, Resolution
from geo.store import Atlas, Writer, geocoded

HASAKAH = Entry(
    place_id="geonames:173811", name="Al Hasakah", name_ar="الحسكة", lat=36.5, lon=40.75,
    feature_class="P", feature_code="PPLA", country="SY",
)  # fmt: skip
TEXTS = {
    "a1": "من الحسكة إلى تل زعتورة ثم تل زعتورة وقرية كفرنانا.",
    "a2": "في تل زعتورة قرب الحسكة.",
    "a3": "وصلوا إلى خربوطة أمس.",
}


def parse(text: str) -> list[Resolution]:
    found = []
    for name in ("الحسكة", "تل زعتورة", "كفرنانا", "خربوطة"):
        start = text.find(name)
        while start >= 0:
            entry = HASAKAH if name == "الحسكة" else None
            mention = Mention(start=start, end=start + len(name), surface=name, rule="name")
            found.append(Resolution(mention=mention, entry=entry, confidence=0.9 if entry else 0.0))
            start = text.find(name, start + 1)
    return sorted(found, key=lambda each: each.mention.start)


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add((article(text, key), parse(text)) for key, text in TEXTS.items())
        writer.finish()
    return folder


@pytest.fixture
def server():
    with serving() as nominatim:
        nominatim.places = {
            "تل زعتورة": [place("تل زعتورة", 36.6, 40.5)],
            "كفرنانا": [place("Kafr Nana", 36.1, 37.1, namedetails={"name": "Kafr Nana", "name:ar": "كفرنانا"})],
        }
        yield nominatim


def environ(server, tmp_path, **more):
    return {
        "GEOCODERS": "gazetteer,nominatim",
        "ARTICLE_ATLAS_NOMINATIM_ADDRESS": server.address,
        "ARTICLE_ATLAS_NOMINATIM_TIMEOUT": "0.4",
        "ARTICLE_ATLAS_CACHE": str(tmp_path / "cache"),
    } | more


@pytest.fixture
def service(server, tmp_path):
    [loaded] = load_services(geo_settings.load(environ(server, tmp_path)))
    return unhurried(loaded)


def unhurried(service: Service) -> Service:
    """The same service without its waits; what it would have waited is kept in `service.waited`."""
    service.waited = []
    service._sleep = service.waited.append
    service._call.min_delay_seconds = 0
    return service


@pytest.fixture
def offline(gazetteer):
    return GazetteerGeocoder(gazetteer)


# --- off by default, and told ---


def test_no_service_is_asked_unless_named(store, capsys):
    assert geo_settings.load({}).geocoders == ("gazetteer",)
    assert load_services(geo_settings.load({})) == []
    assert main(["geocode", "--store", str(store)]) == 2
    assert "no name leaves this machine" in capsys.readouterr().err


def test_the_names_that_would_leave_are_listed_and_nothing_is_asked(store, server, service):
    leaving = names_that_would_leave(Atlas.open(store), [service])
    assert [(name.surface, name.mentions) for name in leaving["nominatim"]] == [
        ("تل زعتورة", 3), ("خربوطة", 1), ("كفرنانا", 1),
    ]  # fmt: skip
    assert server.asked == []


def test_names_that_were_answered_do_not_leave_again(store, server, service, offline):
    place_names(Atlas.open(store), [service], offline)
    assert names_that_would_leave(Atlas.open(store), [service]) == {"nominatim": []}
    place_names(Atlas.open(store), [service], offline)
    assert sorted(server.asked) == sorted(["تل زعتورة", "خربوطة", "كفرنانا"])


def test_the_command_lists_then_places(store, server, tmp_path, monkeypatch, capsys):
    for name, value in environ(server, tmp_path).items():
        if not name.endswith("CACHE"):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr("geo.geocode.services.AnswerCache", lambda _: AnswerCache(tmp_path))
    assert main(["geocode", "--list", "--store", str(store)]) == 0
    out = capsys.readouterr()
    assert "nominatim\t3\tتل زعتورة" in out.out
    assert f"3 names would leave this machine for {server.address}" in out.err
    assert main(["geocode", "--limit", "1", "--store", str(store)]) == 0
    assert "1 names placed" in capsys.readouterr().out
    assert main(["geocode", "--forget", "--store", str(store)]) == 0
    assert Atlas.open(store).summary().unplaced == 5


# --- what an answer does ---


def test_an_answer_places_every_mention_of_the_name(store, service, offline):
    state = place_names(Atlas.open(store), [service], offline)
    atlas = Atlas.open(store)
    assert set(state.placed) == {"تل زعتورة", "كفرنانا"}
    assert atlas.summary().unplaced == 1
    [mention, *others] = atlas.mentions(place_id=state.entry("تل زعتورة").place_id)
    assert (mention.rule, mention.confidence, len(others)) == ("geocoder nominatim", geocoded.CONFIDENCE, 2)
    assert atlas.place(mention.place_id).entry.country == "SY"


def test_what_nobody_knows_stays_unplaced(store, service, offline):
    state = place_names(Atlas.open(store), [service], offline)
    assert state.unknown == {"خربوطة": ["nominatim"]}


def test_a_place_of_another_name_is_doubtful_and_not_drawn(store, server, service, offline):
    server.places["تل زعتورة"] = [place("تل أبيض", 36.7, 38.9)]
    state = place_names(Atlas.open(store), [service], offline)
    assert "تل أبيض" in state.doubtful["تل زعتورة"]["reason"]
    assert Atlas.open(store).summary().unplaced == 4


def test_a_place_in_a_country_that_the_articles_do_not_speak_of_is_doubtful(store, server, service, offline):
    server.places["تل زعتورة"] = [place("تل زعتورة", -33.9, 18.4, "za")]
    state = place_names(Atlas.open(store), [service], offline)
    assert state.doubtful["تل زعتورة"]["reason"] == "the answer lies in ZA; the articles speak of SY"


def test_of_several_namesakes_the_one_that_fits_is_taken(store, server, service, offline):
    server.places["تل زعتورة"] = [place("تل زعتورة", -33.9, 18.4, "za"), place("تل زعتورة", 36.6, 40.5)]
    assert place_names(Atlas.open(store), [service], offline).entry("تل زعتورة").lat == 36.6


def test_the_country_of_an_answer_that_states_none_is_that_of_the_nearest_town(store, server, service, offline):
    server.places["تل زعتورة"] = [place("تل زعتورة", 33.5, 36.3, address={})]
    assert place_names(Atlas.open(store), [service], offline).entry("تل زعتورة").country == "SY"


def test_a_person_stands_above_a_service(store, service, offline):
    place_names(Atlas.open(store), [service], offline)
    atlas = Atlas.open(store)
    text = atlas.article("a1")
    start = text.text.index("تل زعتورة")
    Corrections(store).decide(
        draft(text, start, start + 9, verdict=Verdict.UNPLACED, scope=Scope.EVERYWHERE, who="Huda")
    )
    assert Atlas.open(store).summary().unplaced == 4


def test_what_the_gazetteer_or_a_person_placed_is_left_alone(store, server, service, offline):
    server.places["الحسكة"] = [place("الحسكة", 1, 1)]
    place_names(Atlas.open(store), [service], offline)
    assert "الحسكة" not in server.asked


# --- a service that misbehaves ---


@pytest.mark.parametrize("fault", ["slow", "429", "500", "503", "text", "shape", "number", "zero"])
def test_a_fault_that_passes_is_tried_again(server, service, fault):
    server.behaviour = [fault]
    assert [found.lat for found in service.ask("تل زعتورة")] == [36.6]
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", ["slow", "429", "500", "503", "text", "shape", "number", "zero"])
def test_a_fault_that_stays_is_an_outage_and_is_not_kept(store, server, service, offline, fault):
    server.always = fault
    state = place_names(Atlas.open(store), [service], offline)
    assert [outage.service for outage in state.outages] == ["nominatim"]
    assert set(state.waiting) == {"تل زعتورة", "خربوطة", "كفرنانا"}
    assert len(server.asked) == 3, "asked again for other names after it had failed"
    assert Atlas.open(store).summary().unplaced == 5
    assert geocoded.read(store).outages == state.outages
    server.always = ""
    state = place_names(Atlas.open(store), [service], offline)
    assert (len(state.placed), state.waiting, state.outages) == (2, [], [])


def test_it_waits_as_long_as_the_service_asks(server, service):
    server.behaviour, server.retry_after = ["429"], "7"
    service.ask("تل زعتورة")
    assert service.waited == [7.0]


def test_a_service_that_asks_for_an_hour_is_out(server, service):
    server.behaviour, server.retry_after = ["429"], "3600"
    with pytest.raises(GeocodingUnavailableError) as caught:
        service.ask("تل زعتورة")
    assert (caught.value.retry_after, len(server.asked)) == (3600.0, 1)


def test_nobody_at_the_address_is_an_outage(store, tmp_path, server, offline):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    env = environ(server, tmp_path, ARTICLE_ATLAS_NOMINATIM_ADDRESS=address)
    [service] = load_services(geo_settings.load(env))
    state = place_names(Atlas.open(store), [unhurried(service)], offline)
    assert address in state.outages[0].reason


def test_what_was_answered_before_the_outage_stays(store, server, service, offline):
    place_names(Atlas.open(store), [service], offline, limit=1)
    server.always = "500"
    state = place_names(Atlas.open(store), [service], offline)
    assert set(state.placed) == {"تل زعتورة"}
    assert set(state.waiting) == {"كفرنانا", "خربوطة"}


def test_one_request_a_second_by_an_own_user_agent(server, tmp_path):
    [service] = load_services(geo_settings.load(environ(server, tmp_path)))
    for name in ("ا", "ب", "ت"):
        service.ask(name)
    assert all(after - before >= 0.95 for before, after in pairwise(server.times))
    assert all(agent.startswith("article-atlas/") for agent in server.agents)


def test_unknown_is_kept_over_a_restart(server, tmp_path):
    for _ in range(2):
        [service] = load_services(geo_settings.load(environ(server, tmp_path)))
        assert unhurried(service).ask("خربوطة") == []
    assert server.asked == ["خربوطة"]


# --- geopy's interface ---


def test_the_chain_asks_the_next_for_what_the_first_does_not_know(server, service, offline):
    chain = ChainGeocoder(offline, [service])
    assert chain.geocode("الموصل").raw.country == "IQ"
    assert server.asked == []
    assert chain.geocode("تل زعتورة").latitude == 36.6
    assert chain.geocode("خربوطة") is None
    server.always = "500"
    with pytest.raises(GeocodingUnavailableError):
        chain.geocode("شيء آخر")


def test_two_services_in_turn(store, tmp_path, server, offline):
    with serving() as second:
        second.places["خربوطة"] = [place("خربوطة", 36.4, 40.1)]
        services = [
            load_services(geo_settings.load(environ(server, tmp_path, ARTICLE_ATLAS_NOMINATIM_ADDRESS=address)))[0]
            for address in (server.address, second.address)
        ]
        services[1].name = "second"
        state = place_names(Atlas.open(store), [unhurried(each) for each in services], offline)
        assert state.placed["خربوطة"]["service"] == "second"
        assert second.asked == ["خربوطة"]


# --- settings ---


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"GEOCODERS": "gazetteer,nominatum"}, "no geocoder 'nominatum'"),
        ({"ARTICLE_ATLAS_NOMINATIM_ADDRESS": "file:///etc/passwd"}, "write it like http"),
        ({"ARTICLE_ATLAS_NOMINATIM_ADDRESS": "http://x:port"}, "write it like http"),
        ({"ARTICLE_ATLAS_NOMINATIM_COLOUR": "red"}, "no such option"),
        ({"ARTICLE_ATLAS_NOMINATIM_TIMEOUT": "soon"}, "no number of seconds"),
        ({"GEOCODERS": "geonames"}, "cannot be used"),
    ],
)
def test_a_setting_that_is_wrong_is_named(server, tmp_path, more, reason):
    with pytest.raises(SettingsError, match=reason):
        load_services(geo_settings.load(environ(server, tmp_path, **more)))


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("photon", "ADDRESS"),
        ("pelias", "ADDRESS"),
        ("arcgis", "DOMAIN"),
        ("googlev3", "API_KEY"),
        ("google", "API_KEY"),
    ],
)
def test_the_usual_services_load_by_their_names(tmp_path, name, option):
    value = "https://geo.example" if option == "ADDRESS" else "secret-key"
    env = {"GEOCODERS": name, f"ARTICLE_ATLAS_{name.upper()}_{option}": value, "ARTICLE_ATLAS_CACHE": str(tmp_path)}
    [service] = load_services(geo_settings.load(env))
    assert service.name == name


def test_a_key_is_in_no_message(tmp_path, caplog):
    caplog.set_level("DEBUG")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        "GEOCODERS": "googlev3",
        "ARTICLE_ATLAS_GOOGLEV3_API_KEY": "s3cr3t",
        "ARTICLE_ATLAS_GOOGLEV3_ADDRESS": f"http://127.0.0.1:{port}",
        "ARTICLE_ATLAS_CACHE": str(tmp_path),
    }
    settings = geo_settings.load(env)
    assert "s3cr3t" not in repr(settings)
    [service] = load_services(settings)
    with pytest.raises(GeocodingUnavailableError) as caught:
        unhurried(service).ask("x")
    assert "s3cr3t" not in str(caught.value)
    assert "s3cr3t" not in caplog.text
