"""The paper that charts are drawn on: what lies over what, marks of one look as one path, the same bytes each time."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from ita_analysis.brief.charts.canvas import ACCENT, BELOW, BELOW_TINT, INK, MM, RULE, Canvas

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"


def drawn() -> str:
    paper = Canvas(100.0, 50.0)
    paper.text(20.0, 10.0, "คะแนน <10> & $x$", size=9.5, weight=700, align="right", colour=BELOW)
    paper.dot(30.0, 20.0, ACCENT, hollow=True)
    paper.dot(40.0, 20.0, ACCENT)
    paper.dot(50.0, 20.0, ACCENT)
    for number in range(200):
        paper.line(0, number / 5, 100.0, number / 5, RULE)
    paper.line(0, 30.0, 100.0, 30.0, INK, 0.8, dashed=True)
    paper.box(10.0, 5.0, 20.0, 10.0, BELOW_TINT)
    paper.triangle_down(60.0, 20.0, 2.0, BELOW)
    return paper.svg()


def elements(name: str) -> list[Tree.Element]:
    return list(Tree.fromstring(drawn()).iter(SVG + name))


def test_areas_lie_below_lines_lines_below_dots_and_dots_below_texts():
    svg = drawn()
    places = [svg.index(mark) for mark in (BELOW_TINT, RULE, "<use", "<text")]
    assert places == sorted(places)


def test_lines_of_one_look_are_one_path_and_none_is_left_out():
    (rules,) = (path for path in elements("path") if RULE in path.get("style", ""))
    assert rules.get("d", "").count("M") == 200
    (dotted,) = (path for path in elements("path") if "dasharray" in path.get("style", ""))
    assert dotted.get("d", "").count("M") == 1


def test_every_dot_stands_where_it_was_put_and_a_ring_is_white_inside():
    dots = [(round(float(use.get("x", "")) / MM, 2), use.get("style", "")) for use in elements("use")]
    assert [place for place, _ in dots] == [30.0, 40.0, 50.0]
    assert "fill: #ffffff" in dots[0][1] and ACCENT in dots[0][1]
    assert "stroke" not in dots[1][1] and ACCENT in dots[1][1]


def test_a_text_stays_text_at_its_anchor_and_is_never_mathematics():
    (text,) = elements("text")
    assert text.text == "คะแนน <10> & $x$"
    assert (round(float(text.get("x", "")) / MM, 2), round(float(text.get("y", "")) / MM, 2)) == (20.0, 10.0)
    assert "text-anchor: end" in text.get("style", "") and "font-weight: 700" in text.get("style", "")


def test_the_same_drawing_gives_the_same_bytes():
    assert drawn() == drawn()


def test_the_paper_is_white_also_where_the_page_is_dark():
    first = elements("path")[0]
    assert "fill: #ffffff" in first.get("style", "")


def test_no_text_is_turned_by_nothing():
    assert "rotate" not in drawn()
