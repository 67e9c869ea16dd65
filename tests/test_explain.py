from __future__ import annotations

from geo.explain import explain


def test_a_taken_name_shows_its_score_its_candidates_and_the_choice(gazetteer):
    lines = list(explain("وصل إلى طرابلس قادما من بيروت", gazetteer))
    assert lines[0].startswith("طرابلس  [8:14]  literal  +")
    assert "means Tripoli (PPLA LB" in lines[1]
    assert any("Tripoli (PPLC LY" in line for line in lines)


def test_a_refused_name_is_shown_with_what_spoke_against_it(gazetteer):
    (line,) = [line for line in explain("عاد إلى مسقط رأسه", gazetteer) if line.startswith("مسقط")]
    assert "refused" in line
    assert "idiom -5.00" in line


def test_an_unknown_name_says_that_the_gazetteer_lacks_it(gazetteer):
    assert "    unresolved: not in the gazetteer" in list(explain("في قرية زغرطيط", gazetteer))
