"""A drawing loses all that could act, fetch or hide; what draws stays."""

import re
import time

import pytest

from export.notebooks import block, notebook
from export.reading import Page, pdf_text, squeezed
from ita_analysis.export import html, pdf, print_data
from ita_analysis.export.document import read_document
from ita_analysis.export.drawing import DEEPEST, clean_svg
from ita_analysis.export.words import say

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in another name space": '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "onload": '<rect width="1" height="1" onload="alert(1)" onclick="alert(1)"/>',
    "foreign object": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="http://example.invalid"/></body></foreignObject>',
    "link": '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
    "outside use": '<use xlink:href="http://example.invalid/x.svg#a"/><use href="data:image/svg+xml,x#a"/>',
    "picture": '<image href="http://example.invalid/x.png" width="9" height="9"/>',
    "style element": "<style>@import url(http://example.invalid/x.css); * { background: url(//example.invalid) }</style>",
    "style import": "<rect style=\"fill: red; @import 'http://example.invalid'\"/>",
    "style address": '<rect style="fill: url(http://example.invalid#a); background: url(//example.invalid)"/>',
    "style image set": "<rect style=\"background-image: image-set('http://example.invalid/x' 1x)\"/>",
    "style escape": '<rect style="background: u\\72l(http://example.invalid)"/>',
    "style over the page": '<rect style="position: fixed; inset: 0; z-index: 9"/>',
    "fill address": '<rect fill="url(http://example.invalid#a)" stroke="URL( //example.invalid )"/>',
    "cursor": '<rect style="cursor: url(http://example.invalid), auto"/>',
    "animation": '<set attributeName="href" to="javascript:alert(1)"/><animate attributeName="href" values="javascript:alert(1)"/>',
    "class": '<rect class="tile" id="part-1"/>',
    "metadata": '<metadata><rdf xmlns="x">example.invalid</rdf></metadata>',
    "processing": '<?xml-stylesheet href="http://example.invalid/x.css"?>',
    "comment": "<!-- <script>alert(1)</script> -->",
    "filter": '<filter id="f"><feImage href="http://example.invalid"/></filter><rect filter="url(#f)"/>',
}
DEAD = re.compile(
    r"example\.invalid|alert|javascript|position|image-set|@import|class=|onload|foreignObject|<a |metadata", re.I
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_drawing_is_left_out(name):
    clean = clean_svg(f'{HEAD}<rect width="9" height="9"/>{HOSTILE[name]}</svg>', "p-")
    assert clean is not None
    assert not DEAD.search(clean)
    assert "<rect" in clean


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_with_a_hostile_drawing_is_made_and_inert(name):
    data = {
        "kind": "chart",
        "title": "x",
        "svg": f'{HEAD}<rect width="9" height="9"/>{HOSTILE[name]}</svg>',
        "alt": "ภาพ",
    }
    document = read_document(notebook(block(data)))
    page = html.render(document)
    assert not re.search(r"example\.invalid|javascript|<script|foreignObject|<style.*@import", page)
    assert "svg" in Page(page).tags
    assert pdf.render(document).startswith(b"%PDF")


NO_DRAWING = {
    "entity bomb": '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + "<text>&b;</text></svg>",
    "outside entity": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "<text>&x;</text></svg>",
    "cut": HEAD + "<rect",
    "empty": "",
    "words": "no drawing",
    "other root": '<html xmlns="http://www.w3.org/1999/xhtml"/>',
    "no name space": '<svg viewBox="0 0 1 1"/>',
    "no size": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "odd size": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 1"/>',
    "negative size": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 -5 1"/>',
    "a thread": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 10000"/>',
    "deep": HEAD + "<g>" * 20_000 + "</g>" * 20_000 + "</svg>",
    "many": HEAD + "<g/>" * 60_000 + "</svg>",
    "long": HEAD + " " * 6_000_000 + "</svg>",
}


@pytest.mark.parametrize("name", NO_DRAWING)
def test_what_is_no_drawing_is_refused_quickly(name):
    started = time.monotonic()
    assert clean_svg(NO_DRAWING[name], "p-") is None
    assert time.monotonic() - started < 2


def test_a_drawing_of_the_allowed_depth_is_made():
    depth = DEEPEST - 2
    svg = HEAD + "<g>" * depth + '<rect width="9" height="9"/>' + "</g>" * depth + "</svg>"
    document = read_document(notebook(block({"kind": "chart", "title": "x", "svg": svg, "alt": "ภาพ"})))
    assert pdf.render(document)


def test_copies_of_copies_are_dropped_before_they_multiply():
    levels = "".join(f'<g id="l{at + 1}">' + f'<use xlink:href="#l{at}"/>' * 10 + "</g>" for at in range(9))
    svg = HEAD + f'<defs><rect id="l0" width="1" height="1"/>{levels}</defs><use xlink:href="#l9"/></svg>'
    started = time.monotonic()
    clean = clean_svg(svg, "p-")
    document = read_document(notebook(block({"kind": "chart", "title": "x", "svg": svg, "alt": "ภาพ"})))
    assert clean.count("<use") == 10
    assert pdf.render(document)
    assert time.monotonic() - started < 5


def test_names_inside_two_drawings_do_not_meet():
    svg = (
        f'{HEAD}<defs><clipPath id="c"><rect width="9" height="9"/></clipPath><path id="m" d="M0 0h1"/></defs>'
        '<g clip-path="url(#c)" style="fill: url( #c ); stroke: #ff0000"><use xlink:href="#m" x="1"/></g></svg>'
    )
    clean = clean_svg(svg, "p7-")
    assert re.findall(r'id="([^"]+)"', clean) == ["p7-c", "p7-m"]
    assert re.findall(r"url\(#([^)]+)\)", clean) == ["p7-c", "p7-c"]
    assert 'href="#p7-m"' in clean
    assert "stroke: #ff0000" in clean


def test_a_size_in_points_becomes_the_frame():
    clean = clean_svg('<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="100"/>', "p-")
    assert 'viewBox="0 0 200 100"' in clean
    assert "width=" not in clean


def test_a_drawing_that_the_compiler_refuses_is_described_instead(monkeypatch):
    monkeypatch.setattr(print_data, "clean_svg", lambda svg, prefix: '<svg viewBox="0 0 1 1"><rect')
    chart = {"kind": "chart", "title": "หัวข้อ", "svg": HEAD + "</svg>", "alt": "คำอธิบายภาพ"}
    shown = squeezed(pdf_text(pdf.render(read_document(notebook(block(chart))))))
    for wanted in ("หัวข้อ", say("document.broken_picture"), "คำอธิบายภาพ"):
        assert squeezed(wanted) in shown


def test_unseen_and_unknown_letters_in_a_drawing_are_marked():
    clean = clean_svg(HEAD + "<text>a\u202eb ﷽</text></svg>", "p-")
    assert "a[U+202E]b [U+FDFD]" in clean
