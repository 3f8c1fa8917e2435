"""Every field of every kind of block stands on both pages, whatever its text tries to be."""

import pytest
from pydantic import BaseModel

from export.reading import Page, figures, page_texts, pdf_text, squeezed, stands_in
from export.samples import HOSTILE, LONG, document
from ita_analysis.brief import blocks
from ita_analysis.export import html, pdf
from ita_analysis.export.letters import drawable
from ita_analysis.export.marks import meaning_of
from ita_analysis.thai.text import printable

ATTRIBUTES = ("alt", "aria-label")
NOT_SHOWN = {
    "kind",
    "role",
    "align",
    "href",
    "tone",
    "svg",
    "svg_narrow",
    "png",
    "document_date",
    "page_key",
    "records",
    "orientation",
    "form",
    "digits",
    "mark",
    "large",
    "small",
}

ANNEX_ONLY = (blocks.Dataset, blocks.DataColumn)  # tests/export/test_workbook.py


def filled(payload: str) -> tuple[dict[str, str], object]:
    """Return what each field holds, and the document."""
    given: dict[str, str] = {}

    def text(name: str) -> str:
        given[name] = f"[{name}]{payload}"
        return given[name]

    return given, document(text)


def test_the_sample_fills_every_text_field_of_every_block():
    given, _ = filled("")
    models = [value for value in vars(blocks).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    wanted = set()
    for model in models:
        for name, field in model.model_fields.items():
            if field.annotation is str and name not in NOT_SHOWN and model not in (blocks.Run, *ANNEX_ONLY):
                wanted.add(f"{model.__name__.lower()}.{name}")
    print(f"{len(wanted)} text fields of {len(models)} models, {len(given)} places filled")
    assert len(wanted) > 20
    assert wanted <= set(given)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stands_literally_in_html(name):
    given, made = filled(HOSTILE[name])
    page = Page(html.render(made))
    shown = squeezed(page.text)
    attributes = {kind: [squeezed(value) for value in page.values(kind)] for kind in ATTRIBUTES}
    for field, text in given.items():
        wanted = squeezed(printable(text))
        if field == "chart.alt":
            assert wanted in attributes["aria-label"], field
        elif field in ("picture.alt", "photo.alt", "photosmall.alt"):
            assert wanted in attributes["alt"], field
        else:
            assert wanted in shown, field
    assert "script" not in page.tags
    assert not [value for _, name, value in page.attributes if name.startswith("on") or name == "action"]
    assert page.values("href") == ["../9901/brief.html"]
    assert page.tags.count("img") == 3
    assert page.tags.count("style") == page.tags.count("title") == page.tags.count("h1") == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stands_literally_in_pdf(name):
    given, made = filled(HOSTILE[name])
    printed = pdf.render(made)
    shown, described = squeezed(pdf_text(printed)), [squeezed(alt) for alt in figures(printed)]
    for field, text in given.items():
        if field.endswith(".alt"):
            assert squeezed(printable(text)) in described, field
        else:
            assert stands_in(squeezed(drawable(printable(text))), shown, 1), field


@pytest.mark.parametrize("name", LONG)
def test_long_text_is_whole_on_both_pages(name):
    text = LONG[name]
    repeated = ("cover.running_head", "cover.footer")  # stand on every page, so a printed page shortens them
    chosen = [field for field in filled("")[0] if field not in repeated and not field.endswith(".alt")]
    if name == "whole":  # the longest that a block takes: a field of each sort is enough
        chosen = [
            "cover.title",
            "tile.label",
            "task.detail",
            "table.title",
            "column.label",
            "cell.score",
            "officialcell.measure",
            "point.detail",
            "text.bullets",
        ]
    made = document(lambda field: text if field in chosen else f"[{field}]")
    assert squeezed(Page(html.render(made)).text).count(squeezed(text)) >= len(chosen)
    pages = page_texts(pdf.render(made))
    print(f"{name}: {len(text):,} letters in each of {len(chosen)} fields, {len(pages)} pages")
    letters = squeezed("".join(pages))
    for letter in set(squeezed(text)):
        assert letters.count(letter) >= len(chosen) * text.count(letter)


@pytest.mark.parametrize("field", ["cover.running_head", "cover.footer", "chart.alt", "picture.alt", "photo.alt"])
def test_a_very_long_repeated_or_described_text_is_no_exception(field):
    made = document(lambda name: LONG["whole"] if name == field else f"[{name}]")
    assert len(page_texts(pdf.render(made))) < 20
    page = Page(html.render(made))
    whole = [page.text, *page.values("alt"), *page.values("aria-label")]
    assert any(squeezed(LONG["whole"]) in squeezed(part) for part in whole)


@pytest.mark.parametrize("render", [html.render, pdf.render])
def test_the_same_document_twice_is_the_same_page(render):
    _, made = filled("ทดสอบ E12 89.47 คะแนน")
    assert render(made) == render(made)


@pytest.mark.parametrize(
    "kind", ["Kpis", "Checklist", "Table", "Chart", "Picture", "Text", "Points", "Official", "Signatures"]
)
def test_each_kind_of_block_stands_alone(kind):
    given, whole = filled("คำทดสอบ")
    alone = type(whole)(whole.cover, tuple(block for block in whole.blocks if type(block).__name__ == kind), True)
    page, printed = Page(html.render(alone)), pdf.render(alone)
    shown, paper = squeezed(page.text), squeezed(pdf_text(printed))
    prefix = {
        "Kpis": ("tile.",),
        "Checklist": ("checklist.", "task."),
        "Table": ("table.", "column.", "cell.", "group.", "photosmall."),
        "Points": ("points.", "point."),
        "Official": ("official.", "officialgroup.", "officialcell.", "photo.alt", "photo.caption"),
    }
    own = [name for name in given if name.startswith(prefix.get(kind, (f"{kind.lower()}.",)))]
    for name in own:
        if not name.endswith(".alt"):
            assert squeezed(given[name]) in shown
            assert squeezed(given[name]) in paper
    wanted = [given[name] for name in own if name.endswith(".alt")]
    marks = [meaning_of("proven")] if kind == "Official" else []
    assert sorted(figures(printed)) == sorted(wanted + marks)
    assert set(wanted) <= set(page.values("aria-label") + page.values("alt"))
