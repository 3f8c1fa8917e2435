"""The pages of the analyst's notebooks keep every rule that the brief's pages keep: on paper, on a screen, read aloud."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document
from ita_analysis.run.notebook import run_notebook
from pages.conftest import ROOT
from pages.packs import Pack
from pages.test_accessible_pdf import (  # noqa: F401 - run here on other packs
    test_an_independent_checker_finds_no_error,
    test_bookmarks_are_the_headings,
    test_claims_language_title_and_tags,
    test_every_figure_has_its_own_alternative_text,
)
from pages.test_browser import (  # noqa: F401
    test_axe_finds_nothing_serious,
    test_every_drawing_has_its_own_alternative_text,
    test_nothing_is_cut_covered_pale_or_beside_the_screen,
    test_offline_it_asks_for_nothing_and_says_nothing,
    test_one_title_language_main_and_headings_in_order,
    test_texts_in_drawings_are_whole_apart_and_readable,
)
from pages.test_jupyterlab import TOKEN, lab, ran_all  # noqa: F401
from pages.test_line_ends import test_on_a_screen, test_on_paper  # noqa: F401
from pages.test_paper import (  # noqa: F401
    test_no_letter_is_smaller_than_8_points,
    test_no_page_but_the_last_is_nearly_empty,
    test_nothing_stands_outside_the_margins,
)
from pages.test_words_come_back import (  # noqa: F401
    test_pdf_js_gives_every_word_back_but_for_blanks,
    test_pdfium_gives_every_word_back,
    test_pdftotext_gives_every_word_back,
    test_the_html_holds_every_text_of_the_notebook,
)

pytestmark = pytest.mark.pages
CASES = {
    "what_lifts_the_total": [
        {},
        {"agency": "9902"},
        {"fiscal_year_be": 2564},
        {"agency": "1028", "fiscal_year_be": 2566},
    ],
    "method": [{}, {"agency": "1028", "fiscal_year_be": 2566}, {"agency": "P041", "fiscal_year_be": 2567}],
}


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Pack]:
    """Every notebook with much and with little known, run and exported."""
    folder, made = tmp_path_factory.mktemp("notebooks"), []
    for name, cases in CASES.items():
        for number, parameters in enumerate(cases):
            pack = Pack(folder / name / str(number), "page")
            pack.folder.mkdir(parents=True)
            run = run_notebook(ROOT / "notebooks" / f"{name}.ipynb", parameters)
            assert run.failure is None
            nbformat.write(run.notebook, pack.folder / "executed.ipynb")
            document = read_document(run.notebook)
            pack.html.write_text(html.render(document), encoding="utf-8")
            pack.pdf.write_bytes(pdf.render(document))
            made.append(pack)
    return made


@pytest.mark.parametrize("name", [*CASES, "progress_report"])
def test_it_runs_in_jupyterlab_and_prints_nothing(lab, browser, name):  # noqa: F811
    address, root = lab
    notebook: Path = root / f"{name}.ipynb"
    shutil.copy(ROOT / "notebooks" / notebook.name, notebook)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    own = name.replace("_", "")  # a workspace of its own: no tab of another notebook comes back
    page.goto(f"{address}lab/workspaces/{own}/tree/{notebook.name}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook:visible", timeout=60_000)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']:visible", timeout=60_000)
    assert any(ran_all(page, notebook) for _ in range(3)), "Run All Cells did not end"
    cells = nbformat.read(notebook, as_version=4).cells
    streams = [
        output for cell in cells for output in cell.get("outputs", []) if output.output_type in ("stream", "error")
    ]
    assert streams == [] and faults == []
    page.close()
