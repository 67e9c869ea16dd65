from __future__ import annotations

import pytest

from geo.geocode import GazetteerGeocoder


@pytest.fixture(scope="module")
def geocoder(gazetteer):
    return GazetteerGeocoder(gazetteer)


@pytest.mark.parametrize("query", ["الرقة", "الرقه", "Raqqa", "raqqa"])
def test_any_spelling_in_either_script_is_geocoded(geocoder, query):
    assert geocoder.geocode(query).raw.country == "SY"


def test_a_name_of_many_places_yields_them_all_when_asked(geocoder):
    countries = {location.raw.country for location in geocoder.geocode("طرابلس", exactly_one=False)}
    assert {"LY", "LB"} <= countries


def test_the_country_narrows_the_answer(geocoder):
    assert geocoder.geocode("طرابلس", country_codes=["lb"]).raw.country == "LB"


def test_none_means_no_such_place(geocoder):
    assert geocoder.geocode("زززز") is None


def test_reverse_finds_the_nearest_town(geocoder):
    assert geocoder.reverse((36.335, 43.119)).raw.name_ar == "الموصل"


def test_reverse_in_the_middle_of_the_ocean_is_none(geocoder):
    assert geocoder.reverse("0, -30") is None
