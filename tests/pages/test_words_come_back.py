"""A reader who copies or searches gets the words of the notebook back, whichever PDF reader they use."""

import json
import subprocess

import pytest
from export.reading import page_texts

from pages.conftest import HERE, tool
from pages.thai import DOUBLED, intact, squeezed

pytestmark = pytest.mark.pages
WANTED = 0.995


def check(name, packs, shown_by_pack, count, *, squeeze=False):
    """Count the words of all packs; each pack must reach the share wanted."""
    good = total = 0
    remarks = []
    for pack, shown in zip(packs, shown_by_pack, strict=True):
        texts = [*pack.texts, *pack.chart_texts]
        if squeeze:
            texts, shown = [squeezed(text) for text in texts], squeezed(shown)
        found, wanted, broken = intact(texts, shown)
        assert wanted > 100
        assert found >= WANTED * wanted, f"{name}, {pack.label}: {found} of {wanted} words, broken: {broken[:20]}"
        doubled = DOUBLED.findall(shown)
        assert not doubled, f"{name}, {pack.label}: {len(doubled)} doubled marks"
        good, total = good + found, total + wanted
        remarks += broken
    count(f"{100 * good / total:.2f} % intact {remarks[:5] or ''}", packs=len(packs), words=total)


def test_pdfium_gives_every_word_back(packs, count):
    check("PDFium", packs, ["\n".join(page_texts(pack.pdf.read_bytes())) for pack in packs], count)


def test_pdftotext_gives_every_word_back(packs, count):
    program = tool("pdftotext")
    shown = []
    for pack in packs:
        command = [program, "-enc", "UTF-8", str(pack.pdf), "-"]
        shown.append(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8"))
    check("pdftotext", packs, shown, count)


def test_pdf_js_gives_every_word_back_but_for_blanks(packs, node, count):
    command = [node, str(HERE / "pdf_text.mjs"), *(str(pack.pdf) for pack in packs)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    pages = json.loads(done.stdout.splitlines()[-1])  # pdf.js prints its warnings before
    shown = ["\n".join(pages[str(pack.pdf)]) for pack in packs]
    as_is = [intact([*pack.texts, *pack.chart_texts], text)[:2] for pack, text in zip(packs, shown, strict=True)]
    share = 100 * sum(good for good, _ in as_is) / sum(total for _, total in as_is)
    check("pdf.js", packs, shown, count, squeeze=True)
    count(f"pdf.js with its own blanks: {share:.1f} % intact", words=sum(total for _, total in as_is))
    assert share > 75


def test_the_html_holds_every_text_of_the_notebook(packs, browser, count):
    fields = 0
    for pack in packs:
        page = browser.new_page()
        page.goto(pack.html.as_uri())
        shown = squeezed(page.evaluate("document.body.textContent"))
        page.close()
        missing = [text for text in pack.texts if squeezed(text) not in shown]
        assert not missing, f"{pack.label}: {missing[:5]}"
        fields += len(pack.texts)
    count(packs=len(packs), fields=fields)
