"""Notebooks of the analyst: one item over all agencies, an agency beside chosen peers, templates and `ita new`."""

import json
import shutil
from pathlib import Path

import pytest
from commands import PROJECT
from score_files import made_up, row, write_scores

from ita_analysis import places
from ita_analysis.brief.blocks import Chart, Table, Text
from ita_analysis.errors import InputError, UnknownNameError, UsageError
from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document
from ita_analysis.lab.item_page import open_item
from ita_analysis.lab.peers_page import open_peers
from ita_analysis.run.notebook import run_notebook
from ita_analysis.run.parameters import parameters_of

OWN = ("item_deep_dive", "peer_comparison", "templates/question")
TEMPLATES = sorted((PROJECT / "notebooks" / "templates").glob("*.ipynb"))


@pytest.mark.parametrize("name", OWN)
def test_a_notebook_runs_and_exports_as_pages_and_twice_the_same(name):
    pages = []
    for _ in range(2):
        done = run_notebook(PROJECT / "notebooks" / f"{name}.ipynb", {})
        assert done.failure is None
        document = read_document(done.notebook)
        assert not [block for block in document.blocks if isinstance(block, Text) and "ไม่แสดง" in block.title]
        pages.append((html.render(document), pdf.render(document)))
    assert pages[0] == pages[1]
    assert "ข้อมูลสมมติ" in pages[0][0].replace("</t-w>", "").replace("<wbr>", "").replace("<t-w>", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_keeps_the_rules_of_the_house(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert parameters_of(notebook, path.name)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and len("".join(cell["source"]).splitlines()) <= 8


@pytest.fixture(scope="module")
def item():
    return open_item("E12", "demo", 2567)


def test_the_page_of_an_item_counts_what_the_scores_say(item):
    now = item.years[0].scores
    assert len(now) == 50 and [one.year for one in item.years] == [2567, 2566, 2565, 2564]
    assert len(item.below) == (now["score"] < 90).sum()
    assert f"{len(item.below)} จาก 50 หน่วยงานต่ำกว่า 90" in item.cover().title
    assert isinstance(item.over_years(), Chart)
    assert len(item.places().rows) == 50


def test_an_item_is_followed_under_the_code_that_it_had_and_not_before_it_was_new():
    assert [one.code for one in open_item("I8", "demo", 2566).years] == ["I8", "I7", "I7"]
    assert [one.year for one in open_item("I7", "demo", 2567).years] == [2567, 2566]


def test_an_item_of_few_agencies_or_one_year_says_what_is_missing():
    page = open_item("E12", "bangkok-district", 2566)
    assert isinstance(page.over_years(), Text)
    assert "น้อยกว่า 10 แห่ง" in page.places().title
    none_below = open_item("E12", "bangkok-district", 2566, 50.0)
    assert isinstance(none_below.agencies_below(), Text) and "ไม่ต่ำกว่า 50" in none_below.cover().title


def test_what_plain_papermill_makes_of_digits_is_taken():
    assert open_item(7, "demo", 2567).chosen.code == "7"
    assert list(open_peers(9901, 9902, 2567).names) == ["9901", "9902"]


def test_an_item_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(UnknownNameError, match="ใกล้เคียง: .*E1"):
        open_item("E199", "demo", 2567)
    with pytest.raises(UnknownNameError, match="demo"):
        open_item("E1", "demmo", 2567)
    with pytest.raises(UsageError):
        open_item("E1", "demo", 2567, 0.0)


def test_an_agency_beside_its_chosen_peers():
    page = open_peers("9901", "9902|9907", 2567)
    assert list(page.names) == ["9901", "9902", "9907"]
    own = page.beside.set_index("code").loc[page.lowest]
    assert page.lowest and (own["9901"] < own[["9902", "9907"]].min(axis=1)).all()
    assert f"ใน {len(page.lowest)} จาก 40 ข้อ" in page.cover().title
    assert isinstance(page.indicators(), Table) and len(page.indicators().rows) == 14


@pytest.mark.parametrize(
    ("agency", "peers", "year", "error"),
    [
        ("9901", "", 2567, UsageError),
        ("9901", "9901", 2567, UsageError),
        ("9901", "9902|9903|9904|9905|9906|9907", 2567, UsageError),
        ("9901", "nobody", 2567, UnknownNameError),
        ("9901", "9902", 2560, UnknownNameError),
        ("1028", "9901", 2566, InputError),
    ],
)
def test_peers_that_can_not_stand_beside_an_agency_are_refused(agency, peers, year, error):
    with pytest.raises(error):
        open_peers(agency, peers, year)


def test_a_page_depends_on_what_it_shows_not_on_where_the_files_lie(tmp_path):
    rows = [made_up("E1", f"{70 + at}.00", agency_code=f"99{at:02}", agency_name_th="") for at in range(1, 13)]
    keys = []
    for name in ("one", "two"):
        folder = tmp_path / name
        write_scores(folder / "scores.csv", rows)
        keys.append(open_item("E1", "demo", 2566, scores=str(folder)).cover().page_key)
    write_scores(folder / "scores.csv", [*rows[:-1], {**rows[-1], "score": "99.00"}])
    keys.append(open_item("E1", "demo", 2566, scores=str(folder)).cover().page_key)
    assert keys[0] == keys[1] != keys[2]


def test_agencies_with_totals_alone_stand_side_by_side(tmp_path):
    totals = [row("total", "90.00"), row("total", "80.00", agency_code="1027", agency_name_th="")]
    write_scores(tmp_path / "totals.csv", totals)
    page = open_peers("1028", "1027", 2566, scores=str(tmp_path))
    assert isinstance(page.items(), Text) and len(page.indicators().rows) == 1
    assert "ข้อ" not in page.cover().title


@pytest.fixture
def own_notebooks(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    shutil.copytree(PROJECT / "notebooks" / "templates", folder / "templates")
    monkeypatch.setattr(places, "notebooks_folder", lambda: folder)
    return folder


def test_ita_new_copies_a_template_and_never_overwrites(ita_here, own_notebooks):
    made = ita_here("new", "my-question")
    assert made.returncode == 0
    path = Path(made.stdout.strip())
    assert path.read_bytes() == (own_notebooks / "templates" / "question.ipynb").read_bytes()
    path.write_text("{}", encoding="utf-8")
    again = ita_here("new", "my-question.ipynb")
    assert again.returncode == 1 and "อยู่แล้ว" in again.stderr and path.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "สมุด", "x" * 61, ".hidden", "a b"])
def test_ita_new_refuses_a_name_that_is_no_plain_file_name(ita_here, own_notebooks, name):
    assert ita_here("new", name).returncode == 2
    assert not (own_notebooks / "own").exists()


def test_ita_new_names_the_templates_there_are(ita_here, own_notebooks):
    refused = ita_here("new", "x", "--template", "qestion")
    assert refused.returncode == 1 and "question" in refused.stderr
