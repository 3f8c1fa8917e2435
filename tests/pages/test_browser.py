"""Opened with the network cut, each page asks for nothing, says nothing, is accessible and keeps its shape."""

import re
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pypdfium2
import pytest
from export.notebooks import block, notebook
from export.reading import pdf_text, squeezed
from export.samples import HOSTILE, LONG, document
from export.test_drawings import HEAD
from export.test_drawings import HOSTILE as DRAWINGS

from ita_analysis.export import html
from ita_analysis.export.document import read_document
from pages.conftest import HERE
from pages.packs import MEANINGS

pytestmark = pytest.mark.pages
MEASURE = (HERE / "measure.js").read_text(encoding="utf-8")
SMALLEST = {360: 9.0, 1000: 10.0}  # px of a drawing's letters


class Watched:
    """A page in a context without a network; what it does is written down."""

    def __init__(self, browser, address, width=1000):
        self.context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
        self.page = self.context.new_page()
        self.requests, self.said, self.dialogs = [], [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(address)
        self.page.evaluate("document.fonts.ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def inert(self, address):
        outside = [url for url in self.requests if url != address and not url.startswith("data:")]
        assert not outside and not self.said and not self.dialogs, (outside, self.said, self.dialogs)
        return len(self.requests)


@pytest.mark.parametrize("width", [360, 1000])
def test_offline_it_asks_for_nothing_and_says_nothing(packs, browser, count, width):
    for pack in packs:
        address = pack.html.as_uri()
        with Watched(browser, address, width) as watched:
            assert watched.page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').length") >= 2
            watched.page.mouse.wheel(0, 5000)
            watched.inert(address)
    count("requests other than the file itself 0, console messages 0", pages=len(packs))


@pytest.mark.parametrize("width", [360, 1000])
def test_axe_finds_nothing_serious(packs, browser, axe, count, width):
    rules, undecided = 0, set()
    for pack in packs:
        with Watched(browser, pack.html.as_uri(), width) as watched:
            watched.page.evaluate(axe)
            result = watched.page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete', 'passes']})")
        found = [
            f"{found['impact']} {found['id']}: {found['nodes'][0]['html'][:120]}" for found in result["violations"]
        ]
        assert not found, f"{pack.label}: {found}"
        rules += len(result["passes"])
        undecided |= {f"{found['id']} ({len(found['nodes'])})" for found in result["incomplete"]}
        assert any(passed["id"] == "color-contrast" for passed in result["passes"])
    count(f"violations of any weight 0, left to people: {sorted(undecided) or 'none'}", rules_passed=rules)


def test_one_title_language_main_and_headings_in_order(packs, browser, count):
    headings = 0
    for pack in packs:
        with Watched(browser, pack.html.as_uri()) as watched:
            levels = watched.page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
            )
            assert watched.page.evaluate("document.documentElement.lang") == "th"
            assert watched.page.evaluate("document.querySelectorAll('main').length") == 1
            assert watched.page.title() == pack.cover["running_head"]
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), pack.label
        headings += len(levels)
    count(headings=headings)


@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_is_cut_covered_pale_or_beside_the_screen(packs, browser, count, width):
    texts = 0
    for pack in packs:
        with Watched(browser, pack.html.as_uri(), width) as watched:
            watched.page.evaluate(MEASURE)
            found = watched.page.evaluate("ita.layout()")
        assert found["pageWidth"] <= width, f"{pack.label} is {found['pageWidth']} px wide"
        for fault in ("outside", "clipped", "overlapping", "pale"):
            assert not found[fault], f"{pack.label} at {width} px, {fault}: {found[fault][:5]}"
        texts += found["texts"]
    count(packs=len(packs), lines_of_text=texts)


@pytest.mark.parametrize("width", [360, 1000])
def test_texts_in_drawings_are_whole_apart_and_readable(packs, browser, count, width):
    drawings, texts, faults = 0, 0, []
    for pack in packs:
        with Watched(browser, pack.html.as_uri(), width) as watched:
            watched.page.evaluate(MEASURE)
            found = watched.page.evaluate("ita.drawings()")
        drawings, texts = drawings + found["drawings"], texts + found["texts"]
        faults += [
            f"{pack.label} {kind}: {text}" for kind in ("outside", "overlapping", "pale") for text in found[kind]
        ]
        if found["texts"] and found["smallest"] < SMALLEST[width]:
            faults.append(f"{pack.label} letters of {found['smallest']:.1f} px")
    count(drawings=drawings, texts=texts)
    assert not faults, f"at {width} px: {faults[:10]}"


def test_every_drawing_has_its_own_alternative_text(packs, browser, count):
    drawings = 0
    for pack in packs:
        with Watched(browser, pack.html.as_uri()) as watched:
            alts = watched.page.evaluate(
                "[...document.querySelectorAll('svg[role=img], img')].filter(e => e.checkVisibility())"
                ".map(e => e.alt || e.getAttribute('aria-label'))"
            )
        own = [alt for alt in alts if alt not in MEANINGS]  # a mark of proof says the same wherever it stands
        assert sorted(own) == sorted(pack.described) and len(alts) - len(own) == pack.marks, pack.label
        drawings += len(alts)
    count(drawings=drawings)


def test_it_prints_whole(packs, browser, count):
    pages = 0
    for pack in packs:
        with Watched(browser, pack.html.as_uri()) as watched:
            made = watched.page.pdf(prefer_css_page_size=True)
        shown = squeezed(pdf_text(made))
        codes = [finding["code"] for finding in pack.manifest.get("findings", [])]
        assert all(code in shown for code in codes), pack.label
        printed = pypdfium2.PdfDocument(made)
        on_paper = pypdfium2.PdfDocument(pack.pdf.read_bytes())
        assert 1 <= len(printed) <= len(on_paper) + 2
        pages += len(printed)
    count(packs=len(packs), printed_pages=pages)


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", [*HOSTILE, "latin", "thai"])
def test_hostile_text_is_inert_and_keeps_the_page_narrow(browser, tmp_path, count, name, width):
    payload = {**HOSTILE, **LONG}[name][:3000]
    path = tmp_path / "page.html"
    path.write_text(html.render(document(lambda field: f"[{field}]{payload}")), encoding="utf-8")
    with Watched(browser, path.as_uri(), width) as watched:
        watched.page.evaluate(MEASURE)
        found = watched.page.evaluate("ita.layout()")
        watched.inert(path.as_uri())
    assert found["pageWidth"] <= width
    assert not found["outside"], found["outside"][:5]
    count(lines_of_text=found["texts"])


def test_hostile_drawings_are_inert(browser, tmp_path, count):
    charts = [
        {"kind": "chart", "title": name, "alt": f"ภาพ {name}", "svg": f'{HEAD}<rect width="9" height="9"/>{svg}</svg>'}
        for name, svg in DRAWINGS.items()
    ]
    path = tmp_path / "page.html"
    path.write_text(html.render(read_document(notebook(*map(block, charts)))), encoding="utf-8")
    with Watched(browser, path.as_uri()) as watched:
        watched.page.mouse.move(300, 300)
        watched.page.mouse.click(300, 300)
        watched.inert(path.as_uri())
        assert watched.page.evaluate("document.querySelectorAll('svg').length") == len(charts)
        assert watched.page.evaluate("document.scripts.length") == 0
    count(drawings=len(charts))


def test_the_policy_of_the_page_allows_nothing_from_outside(packs, count):
    for pack in packs:
        source = pack.html.read_text(encoding="utf-8")
        assert "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'" in source
        assert not re.search(
            r"<script|<iframe|<link|<base|<form|<object|<embed|\son\w+=|javascript:|https?://(?!www\.w3\.org/)", source
        )
    count(pages=len(packs))


@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_of_a_run_is_offline_accessible_and_keeps_its_shape(run_pages, browser, axe, count, width):
    lines, links = 0, 0
    for path in run_pages:
        with Watched(browser, path.as_uri(), width) as watched:
            watched.page.evaluate(MEASURE)
            found = watched.page.evaluate("ita.layout()")
            links += watched.page.evaluate("document.links.length")
            dead = [link for link in watched.page.evaluate("[...document.links].map(a => a.href)") if not exists(link)]
            watched.page.evaluate(axe)
            violations = watched.page.evaluate("axe.run(document)")["violations"]
            watched.inert(path.as_uri())
            assert watched.page.evaluate("document.documentElement.lang") == "th"
            assert watched.page.evaluate("document.querySelectorAll('main').length") == 1
            assert watched.page.evaluate("document.querySelectorAll('h1').length") == 1
        assert not dead, dead
        serious = [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in violations]
        assert not serious, serious
        assert found["pageWidth"] <= width
        for fault in ("outside", "clipped", "overlapping", "pale"):
            assert not found[fault], f"{path.parent.name} at {width} px, {fault}: {found[fault][:5]}"
        lines += found["texts"]
    count(run_pages=len(run_pages), lines_of_text=lines, links=links)


def exists(address):
    return not address.startswith("file:") or Path(url2pathname(urlparse(address).path)).exists()
