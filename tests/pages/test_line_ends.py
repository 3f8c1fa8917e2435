"""No line ends inside a Thai word, on paper, on a screen and on a phone."""

import re

import pytest
from export.reading import page_texts

from pages.conftest import HERE
from pages.thai import squeezed, wrong_line_ends

pytestmark = pytest.mark.pages
ALLOWED = 0.005
MEASURE = (HERE / "measure.js").read_text(encoding="utf-8")


def judge(found, count, **numbers):
    """Take (text, line ends) pairs and hold them against newmm."""
    inside, torn, ends = [], [], 0
    for text, places in found:
        wrong, broken = wrong_line_ends(text, places)
        inside, torn, ends = inside + wrong, torn + broken, ends + len(places)
    count(f"{len(inside)} inside a word {inside[:5] or ''}", line_ends=ends, **numbers)
    assert not torn
    assert len(inside) <= ALLOWED * ends, inside


def test_on_paper(packs, count):
    found, missing, fields = [], [], 0
    for pack in packs:
        lines = [line for page in page_texts(pack.pdf.read_bytes()) for line in page.splitlines()]
        letters, ends, at = "".join(squeezed(line) for line in lines), set(), 0
        for line in lines:
            at += len(squeezed(line))
            ends.add(at)
        for text in pack.texts:
            wanted = squeezed(text)
            fields += 1
            places = [match.start() for match in re.finditer(re.escape(wanted), letters)]
            if not places:
                missing.append(text)
            for start in places[:1] if len(wanted) > 12 else ():
                found.append((text, sorted(end - start for end in ends if start < end < start + len(wanted))))
    assert len(missing) <= 0.01 * fields, missing[:10]
    judge(found, count, packs=len(packs), fields=fields)


@pytest.mark.parametrize("width", [360, 1000])
def test_on_a_screen(packs, browser, count, width):
    found = []
    for pack in packs:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(pack.html.as_uri())
        page.evaluate("document.fonts.ready")
        page.evaluate(MEASURE)
        for made in page.evaluate("ita.lines()"):
            text = made["text"]
            found.append((text, [len(squeezed(text[:end])) for end in made["ends"]]))
        page.close()
    judge(found, count, packs=len(packs), texts=len(found))
