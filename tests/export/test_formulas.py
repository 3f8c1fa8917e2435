"""LaTeX in markdown stands as it was typed, marked, and a sentence says so; a price stays a price."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.notebooks import code, markdown, notebook, shown
from export.reading import Page, pdf_text, squeezed
from ita_analysis.brief.blocks import Table, text_of
from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document
from ita_analysis.export.words import say

SENTENCE = say("document.formula")


def runs_of(source: str):
    blocks = read_document(notebook(markdown(source))).blocks
    lines = [runs for made in blocks if not isinstance(made, Table) for runs in (*made.paragraphs, *made.bullets)]
    lines += [
        runs
        for made in blocks
        if isinstance(made, Table)
        for row in made.rows
        for cell in row.cells
        for runs in cell.lines
    ]
    return [run for runs in lines for run in runs]


def formulas_in(source: str) -> list[str]:
    runs = runs_of(source)
    found = [run.text for run in runs if run.code]
    assert [run.text for run in runs].count(SENTENCE) == bool(found)
    return found


@pytest.mark.parametrize(
    "formula",
    [
        "$x$",
        "$x_1$",
        r"$\bar{x} = \frac{1}{n}\sum_i x_i$",
        "$p < 0.05$",
        "$2n$",
        "$f(x)$",
        "$a/b$",
        r"$\text{คะแนน} = 90$",
        "$$x^2$$",
        "$$ คะแนน = ผลรวม $$",
        r"\(a + b\)",
        r"\\(a + b\\)",
        r"\[E = mc^2\]",
        r"\\[E = mc^2\\]",
        r"\begin{equation}x\end{equation}",
    ],
)
def test_a_formula_in_a_line_stands_as_typed(formula):
    assert formulas_in(f"ค่า{formula} คือ") == [formula]
    assert formulas_in(f"- **{formula}** คือ") == [formula]
    assert formulas_in(f"| ก |\n|---|\n| {formula} |") == [formula]


@pytest.mark.parametrize(
    "text",
    [
        "ราคา $5 and $10",
        "$5",
        "มี $ เดี่ยว",
        "US$5, US$ 6",
        "$1,000-$2,000",
        "$5 = 180 บาท และ 10$",
        "$5-10$",
        "$5/day and 10$ a week",
        "ค่าอาหาร $20.00/kg หรือ 30$/kg",
        "$HOME/$USER",
        "$AAPL $TSLA",
        "ร้าน $$ ถูก $$$ แพง",
        "$ x $",
        "$x = 5",
    ],
)
def test_a_price_a_name_or_a_lone_dollar_stays_text(text):
    assert formulas_in(text) == []
    assert "".join(run.text for run in runs_of(text)) == text


def test_what_stands_between_two_prices_keeps_its_form():
    runs = runs_of("ราคา $5 **ตัวหนา** 10$ และ $20")
    assert [run.text for run in runs if run.bold] == ["ตัวหนา"]


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        (r"\$5 และ \$6$", "$5 และ $6$"),
        (r"\[1\] อ้างอิง \[2\]", "[1] อ้างอิง [2]"),
        (r"\[เฉพาะเจ้าหน้าที่\](ไม่ใช่ลิงก์)", "[เฉพาะเจ้าหน้าที่](ไม่ใช่ลิงก์)"),
        ("`$x^2$`", "$x^2$"),
        ("```\n$x^2$\n```", "$x^2$"),
    ],
)
def test_what_is_escaped_or_code_is_no_formula(text, shown_as):
    assert formulas_in(text) == []
    assert "".join(run.text for run in runs_of(text)) == shown_as


@pytest.mark.parametrize("before", ["", "> ", "- ก\n\n  "])
def test_a_formula_over_several_lines_keeps_them_whatever_they_look_like(before):
    indent = {"> ": "> ", "- ก\n\n  ": "  "}.get(before, "")
    lines = ["$$", "x = 1", "- y", "# z", "$$"]
    assert formulas_in(before + f"\n{indent}".join(lines)) == lines
    lines = [r"\begin{align}", r"a &= b \\", "", "= c", r"\end{align}"]
    assert formulas_in("\n".join(lines)) == [one for one in lines if one]


def test_a_formula_in_a_heading_is_said_too():
    (made,) = read_document(notebook(markdown("ก"), markdown(r"## ค่า $\alpha$"))).blocks[1:2]
    assert made.title == r"ค่า $\alpha$"
    assert SENTENCE in [run.text for run in runs_of("ก\n\n" + r"## ค่า $\alpha$")]


def test_an_output_that_is_only_latex_shows_its_source():
    output = shown({"text/latex": "$\\displaystyle x^{2}$", "text/plain": "<IPython.core.display.Math object>"})
    (made,) = read_document(notebook(code(output))).blocks
    assert [text_of(runs) for runs in made.paragraphs] == ["$\\displaystyle x^{2}$", SENTENCE]
    long = shown({"text/latex": "x" * 5000, "text/plain": "<Math>"})
    (made,) = read_document(notebook(code(long))).blocks
    assert text_of(made.paragraphs[0]) == say("document.not_shown")


def test_on_both_pages_the_source_stands_literally_in_a_style_of_its_own():
    formula = r"$\bar{x} = \frac{\sum w_i x_i}{n} < 5 & <script>alert(1)</script>$"
    document = read_document(notebook(markdown(f"ค่า {formula} และ $5 and $10")))
    page = html.render(document)
    assert squeezed(formula) in squeezed(Page(page).text) and "script" not in Page(page).tags
    assert page.count('class="ink code"') == 1 and ".code {" in page
    printed = squeezed(pdf_text(pdf.render(document)))
    assert squeezed(formula) in printed and squeezed(SENTENCE) in printed and "$5and$10" in printed


WORDS = st.sampled_from(["ค่า", "คะแนน", "and", "or more", "(ต่อหัว)", "US", "–", "1,000", "A"])
PRICES = st.builds(
    "{}${}{}".format, st.sampled_from(["", "US", "("]), st.integers(1, 9999), st.sampled_from(["", ".50", "M"])
)
FORMULAS = st.sampled_from(["$x_1$", r"$\alpha$", "$p < 0.05$", r"\(a + b\)", r"\[E = mc^2\]", "$$x^2$$", "$n$"])


@given(st.lists(WORDS | PRICES, min_size=1))
def test_a_text_of_words_and_prices_holds_no_formula(parts):
    text = "ก " + " ".join(parts)
    assert formulas_in(text) == []
    assert squeezed("".join(run.text for run in runs_of(text))) == squeezed(text)


@given(st.lists(st.tuples(WORDS, FORMULAS), min_size=1))
def test_every_formula_among_words_is_found_in_order(parts):
    text = "ก " + " ".join(f"{word} {formula}" for word, formula in parts)
    assert formulas_in(text) == [formula for _, formula in parts]
