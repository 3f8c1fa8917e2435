"""What the pages of docs/ say holds: commands run, examples give what they show, links, paths and pictures are true."""

from __future__ import annotations

import doctest
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib

import openpyxl
import pytest
import typer
from commands import PROJECT
from doc_commands import command, commands_of

import ita_analysis as ita
from ita_analysis import cli, places
from ita_analysis.analysis.uncertainty import mean_margin, total_margin
from ita_analysis.framework import loader
from ita_analysis.scores import checking, reading

DOCS = PROJECT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
ELSEWHERE = {"operators.md", "measures.md"}  # their commands run in tests of their own
RECIPES = dict(re.findall(r"^([a-z-]+):.*?\n((?:\t.*\n)*)", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))


def text_of(page):
    return (DOCS / page).read_text(encoding="utf-8")


def blocks(page, kind):
    """Return the fenced blocks of a page that are marked so."""
    return re.findall(rf"^[ ]*```{kind}\n(.*?)^[ ]*```$", text_of(page), re.MULTILINE | re.DOTALL)


# --- commands


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A project folder of the reader's own: copies of the notebooks, and outputs that nobody else sees."""
    shutil.copytree(PROJECT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("own"))
    (tmp_path / "outputs" / "lab").mkdir(parents=True)
    monkeypatch.setattr(places, "notebooks_folder", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(places, "outputs_folder", lambda: tmp_path / "outputs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def type_in(desk, ita_here, monkeypatch):
    """Run what a page tells the reader to type; long ones of make and pytest as far as that they would start."""

    def run(words):
        program = words[0].removeprefix(".venv/bin/")
        if program == "ita":
            done = ita_here(*words[1:])
        elif program == "make":
            return would_make(words[1], desk, monkeypatch)
        else:
            modules = {"papermill": ["papermill"], "jupyter": [], "python": ["pytest", "--collect-only", "-q"]}
            rest = words[3:] if program == "python" else words[1:]
            place = PROJECT if program == "python" else desk
            command = [sys.executable, "-m", *modules[program], *rest]
            environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
            done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, (words, done.stderr)
        return done

    return run


def would_make(target, desk, monkeypatch):
    """Check that a target is there with all that it starts; `lab` runs up to the door of JupyterLab."""
    recipe = RECIPES[target]
    assert all((PROJECT / path).exists() for path in re.findall(r"(?<= )tests\S*", recipe))
    if target != "lab":
        return
    from jupyterlab.labapp import LabApp

    from ita_analysis.lab import desk as lab_desk

    assert f"-m {lab_desk.__name__}" in recipe
    opened = []
    with monkeypatch.context() as here:
        here.setattr(sys, "argv", ["desk"])
        here.setattr(places, "project_root", lambda: desk)
        here.setattr(LabApp, "launch_instance", opened.append)
        lab_desk.main()
    assert any(option.endswith("outputs/lab/explore.ipynb") for option in opened[0])


def test_no_page_has_commands_that_no_test_runs():
    ours = {name.removeprefix("test_").partition("_page")[0] for name in globals() if name.endswith("_page_run")}
    told = {page.name for page in PAGES if commands_of(page.name)}
    assert told - ELSEWHERE == {f"{name.replace('_', '-')}.md" for name in ours}
    unmarked = {
        page.name for page in PAGES if re.search(r"^[ ]*```\n[^`]*\.venv/bin", text_of(page.name), re.MULTILINE)
    }
    assert not unmarked


def test_first_brief_page_run(type_in, desk):
    template, check, brief = (one.words for one in commands_of("first-brief.md"))
    type_in(template)
    form = desk / check[-1]
    book = openpyxl.load_workbook(form)
    row = next(cells for cells in book.active.iter_rows() if cells[0].value == "E12")
    row[2].value = "81.87"
    book.save(form)
    type_in(check)
    type_in(brief)
    for name in ("brief.pdf", "brief.html", "annex.xlsx", "executed.ipynb"):
        assert (desk / "outputs" / "my-first" / "1028" / name).exists()


def test_analyst_page_run(type_in, desk):
    for one in commands_of("analyst.md"):
        type_in(one.words)
    made = {path.name for folder in ("outputs/lab", "notebooks/own") for path in (desk / folder).iterdir()}
    assert made >= {"explore.ipynb", "my-question.html", "E12.ipynb", "peers.ipynb", "lift.pdf"}
    assert "E9" in (desk / "outputs" / "lab" / "lift.ipynb").read_text(encoding="utf-8")


def test_method_page_run(type_in, desk):
    for one in commands_of("method.md"):
        type_in(one.words)
    assert "9901" in (desk / "outputs" / "lab" / "method.ipynb").read_text(encoding="utf-8")


def test_architecture_page_run(type_in):
    for one in commands_of("architecture.md"):
        type_in(one.words)


def test_the_commands_of_the_front_page_are_understood():
    told = re.findall(r"^\.venv/bin/ita (.*)$", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    verbs = typer.main.get_command(cli.app)
    assert len(told) > 8
    for line in told:
        verb, *words = command(line).words
        verbs.get_command(None, verb).make_context(verb, words)  # parses and checks, runs nothing


# --- adding 2570: one data file and no code


@pytest.fixture
def year_2570(tmp_path):
    """The rule file and the scores of docs/rules.md, as its reader saves them."""
    (rules,), (scores,) = blocks("rules.md", "toml"), blocks("rules.md", "csv")
    (tmp_path / "my-rules").mkdir()
    (tmp_path / "my-rules" / "demo-2570.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "my-scores.csv").write_text(scores, encoding="utf-8")
    return tmp_path


def test_rules_page_run(year_2570, type_in, desk):
    template, check, brief = (one.words for one in commands_of("rules.md"))
    form = type_in(template).stdout.strip()
    codes = [cells[0] for cells in openpyxl.load_workbook(desk / form).active.iter_rows(values_only=True)]
    assert codes[codes.index("total") :] == ["total", "IIT", "EIT", "OIT", "1", "6", "9", "I1", "I2", "E1", "E2", "O1"]
    type_in(check)
    type_in(brief)
    page = (desk / "outputs" / "brief-2570" / "9901" / "brief.html").read_text(encoding="utf-8")
    plain = re.sub(r"<[^>]+>", "", page)
    for said in ("ปฏิบัติต่อทุกคนเท่ากัน", "89.80", "5.20", "5.50", "+2.85"):
        assert said in plain and said in text_of("rules.md")


@pytest.mark.parametrize("place", ["own", "shipped"])
def test_adding_a_fiscal_year_is_one_data_file_and_no_code(year_2570, monkeypatch, place):
    code = [path for path in (PROJECT / "ita_analysis").rglob("*") if path.suffix in (".py", ".toml", ".j2", ".typ")]
    assert not [path for path in code if "2570" in path.read_text(encoding="utf-8")]
    scores = str(year_2570 / "my-scores.csv")
    assert loader.load("demo-2570") is None
    without = ita.load(scores).choose("9901", 2570).compare(with_year=2569).frame
    assert not without["is_comparable"].any() and "total" not in set(without["code"])
    own = str(year_2570 / "my-rules")
    if place == "shipped":
        shipped = year_2570 / "shipped"
        shutil.copytree(loader.SHIPPED_RULES, shipped)
        shutil.copy(year_2570 / "my-rules" / "demo-2570.toml", shipped)
        monkeypatch.setattr(loader, "SHIPPED_RULES", shipped)
        own = ""
    compared = ita.load(scores, rules=own).choose("9901", 2570).compare(with_year=2569).frame.set_index("code")
    assert compared.loc["total", "score"] == pytest.approx(89.80)
    assert compared.loc[compared["is_comparable"], "change_points"].to_dict() == {"I1": 12.0}
    assert compared.loc[["I2", "E1", "E2"], "relation"].tolist() == ["new", "reworded", "renumbered"]
    assert compared.loc["E2", "previous_code"] == "E1" and compared.loc["E2", "previous_score"] == 90


# --- adding a reader


def test_the_reader_of_the_page_reads_the_table_of_the_page(tmp_path, monkeypatch):
    from ita_analysis import scores

    (table,) = blocks("readers.md", "csv")
    module, hook = blocks("readers.md", "python")
    across = type(sys)("ita_analysis.scores.across")
    exec(compile(module, "across.py", "exec"), across.__dict__)
    monkeypatch.setitem(sys.modules, across.__name__, across)
    monkeypatch.setattr(scores, "across", across, raising=False)
    path = tmp_path / "across.csv"
    path.write_text(table, encoding="utf-8")
    before = reading.read([path])
    assert before.frame.empty and before.problems

    source = inspect.getsource(checking.rows_of)
    assert source.count("layouts.read_sheet(shown, sheet)") == 1
    changed = source.replace("layouts.read_sheet(shown, sheet)", "read_any(shown, sheet)")
    for name in ("rows_of", "read_any", "across", "layouts", "Found", "Sheet"):  # put back at the end
        monkeypatch.setattr(checking, name, getattr(checking, name, None), raising=False)
    exec(f"{hook}\n{changed}", checking.__dict__)
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))  # the store's key holds the package's source
    found = reading.read([path])
    assert found.frame[["agency_code", "code", "score", "source_row"]].values.tolist() == [
        ["1002", "I1", 91.0, 3],
        ["1028", "I1", 83.52, 3],
        ["1028", "E12", 81.87, 4],
        ["1028", "O1", 100.0, 5],
    ]
    assert set(found.frame["framework"]) == {"bangkok-district-2566"}
    assert len(found.notes) == 1 and "๘๑.๘๗" in found.notes[0] and "81.87" in found.notes[0]
    assert [(one.code, one.row, one.column) for one in found.problems] == [("score-form", 5, "C สำนักงานเขตดุสิต")]

    path.write_text(table.replace("สำนักงานเขตสาทร", "เขตสาธร").replace("2566", ""), encoding="utf-8")
    assert {"agency-unknown", "year-form"} <= {problem.code for problem in reading.read([path]).problems}
    path.write_text(table.replace("I1,83.52,91", "I1,83.52,91,77"), encoding="utf-8")
    assert ("agency-unknown", 3, "D") in [(one.code, one.row, one.column) for one in reading.read([path]).problems]
    path.write_text("รหัสหน่วยงาน,ปี,กรอบ,รหัสข้อ,คะแนน\n1028,2566,bangkok-district-2566,I1,90\n", encoding="utf-8")
    assert not (shipped := reading.read([path])).problems and len(shipped.frame) == 1


# --- examples, links, paths, pictures


@pytest.mark.parametrize("page", ["analyst.md", "method.md"])
def test_the_examples_of_a_page_give_what_they_show(page):
    source = "\n".join(blocks(page, "python"))
    example = doctest.DocTestParser().get_doctest(source, {}, page, page, 0)
    said = []
    done = doctest.DocTestRunner().run(example, out=said.append)
    assert done.attempted > 2 and not done.failed, "".join(said)


def test_every_question_that_the_page_of_the_analyst_lists_is_answered():
    questions = re.findall(r"^\| [^|]+ \| `(chosen\.[^`]+)` \|$", text_of("analyst.md"), re.MULTILINE)
    (first,) = re.findall(r"`chosen = (ita\.[^`]+)`", text_of("analyst.md"))
    assert len(questions) == 7
    for question in questions:
        answer = eval(question, {"chosen": eval(first, {"ita": ita})})
        assert len(answer if question.endswith("frame") else answer.frame)


def test_the_widths_of_a_total_on_the_page_of_the_method_are_those_that_are_counted():
    told = re.findall(r"±(\d\.\d+) เมื่อตอบ (\d+)(?: และ (\d+))?", text_of("method.md"))
    assert len(told) == 3
    for width, first, second in told:
        people = [int(first), int(second or first)]
        low, high = total_margin(90, [0.3, 0.3], [90, 90], mean_margin([90, 90], people))
        assert f"{(high - low) / 2:.2f}" == width


def test_the_picture_of_the_rooms_is_the_contract_that_the_code_is_held_to():
    (picture,) = blocks("architecture.md", "text")
    drawn = [re.findall(r"│ ([a-z]+)  +", line) for line in picture.splitlines() if line.startswith("│")]
    with (PROJECT / "pyproject.toml").open("rb") as stream:
        (contract,) = tomllib.load(stream)["tool"]["importlinter"]["contracts"]
    assert drawn == [layer.split(" | ") for layer in contract["layers"]]
    assert (
        len(
            {
                len(line.partition("──▶")[0].partition("◀──")[0].split("   doors")[0].rstrip())
                for line in picture.splitlines()
            }
        )
        == 1
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page):
    plain = re.sub(r"^[ ]*```.*?^[ ]*```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([A-Za-z_./-]+/[A-Za-z_.*/-]*|[a-z_]+/[a-z_]+\.(?:py|toml|md|ipynb))`", plain)
    roots = (PROJECT, PROJECT / "ita_analysis", PROJECT / "ita_analysis" / "scores")
    made = (
        ".staging/",
        "outputs/",
        "notebooks/own/",
        "my-rules/",
        "/srv/",
        "/etc/",
        "city/",
        "ita_analysis/scores/across.py",
    )
    lost = [one for one in named if not one.startswith(made) and not any(list(root.glob(one)) for root in roots)]
    assert not lost


@pytest.mark.parametrize(
    "page",
    [*PAGES, PROJECT / "README.md", PROJECT / "data" / "README.md"],
    ids=lambda page: f"{page.parent.name}-{page.name}",
)
def test_every_link_leads_to_a_file_or_a_heading_and_every_picture_says_what_it_shows(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for picture, words, link in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", text):
        target, _, heading = link.partition("#")
        assert not re.match(r"[a-z]+:", link), "a page is read offline"
        assert not target or (page.parent / target).exists(), link
        assert not picture or len(words) > 10, f"{link} has no alternative text"
        if heading:
            there = (page.parent / target if target else page).read_text(encoding="utf-8")
            heads = [
                re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-")
                for one in re.findall(r"^#+ (.*)$", there, re.MULTILINE)
            ]
            assert heading in heads, link
