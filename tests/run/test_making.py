"""Making one pack: what fails leaves a reason page beside the older pack, and a page never shows other scores than asked for."""

import os

import pytest
from score_files import row, write_scores
from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.brief.collecting import collect
from ita_analysis.brief.headline import cover
from ita_analysis.errors import MachineError, NotebookError, ParameterError, ScoreFileError, UnknownNameError
from ita_analysis.run import ingredients, pack
from ita_analysis.run.brief import Request, make_brief
from ita_analysis.run.notebook import load
from ita_analysis.run.tasks import NOTEBOOK, Options

PARAMETERS = 'agency: str = "1028"\nfiscal_year_be: int = 2566\naction_line: float = 90.0\nscores: str = ""'
COVER = "from ita_analysis.brief.district import open_brief\nopen_brief(agency, fiscal_year_be, action_line, scores).cover()"


@pytest.fixture
def making(tmp_path, monkeypatch):
    """A product whose notebook is the given cells; returns the run folder's maker."""

    def make(*cells, parameters=PARAMETERS, **asked):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        write_notebook(folder / NOTEBOOK, *cells, parameters=parameters)
        monkeypatch.setattr(places, "notebooks_folder", lambda: folder)
        agency, output = asked.pop("agency", "1028"), asked.pop("output", tmp_path)
        return make_brief(Request(agency, Options(**{"fiscal_year_be": 2566, **asked}), output), said.append)

    said: list[str] = []
    return make


@pytest.fixture
def run(tmp_path):
    return tmp_path / "brief-2566"


def reason(run):
    return (run / "1028.failed" / "reason.html").read_text(encoding="utf-8")


def test_a_stopped_notebook_leaves_its_reason_beside_the_older_pack(making, run):
    pack.put(run, "1028", {"brief.html": b"old"})
    with pytest.raises(NotebookError) as caught:
        making("a = 1", "raise ValueError('<script>alert(1)</script> & คะแนน\\u202eหาย')")
    assert caught.value.exit_code == 1 and str(run / "1028.failed" / "reason.html") in caught.value.todo
    page = reason(run)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "\u202e" not in page and "[U+202E]" in page
    assert "เซลล์" in page and ">3<" in page.replace(" 3", ">3<")
    assert "ValueError" in page and "สำนักงานเขตสาทร" in page.replace("<t-w>", "").replace("</t-w>", "").replace(
        "<wbr>", ""
    )
    assert (run / "1028" / "brief.html").read_bytes() == b"old"
    failed = load(run / "1028.failed" / "failed.ipynb")
    assert any(output.output_type == "error" for cell in failed.cells for output in cell.get("outputs", []))
    assert sorted(os.listdir(run)) == ["1028", "1028.failed", "index.html", "run.json"]  # noqa: PTH208


@pytest.mark.parametrize(
    "cell",
    [
        "raise ValueError('ก' * 100_000)",
        "raise ValueError('\\n'.join(['x'] * 10_000))",
        "raise ValueError('\\ud800')",
        "1/0" + "\n# x" * 5000,
    ],
)
def test_a_flood_of_words_is_cut_with_a_mark_and_still_a_page(making, run, cell):
    with pytest.raises(NotebookError):
        making(cell)
    assert len(reason(run)) < 1_500_000
    assert "…" in reason(run) or "ud800" in cell


def test_a_kernel_that_dies_leaves_the_reason_with_its_cell(making, run):
    with pytest.raises(NotebookError, match="เซลล์ 2"):
        making("import os; os._exit(1)")
    assert "os._exit(1)" in reason(run)


def test_a_cell_that_changes_the_agency_is_found_out(making, run, tmp_path):
    other = {"agency_code": "1029", "agency_name_th": "สำนักงานเขตบางซื่อ"}
    scores = write_scores(tmp_path / "both.csv", [row("I1"), row("I1", "50", **other)])
    with pytest.raises(NotebookError, match="InputsChanged"):
        making("agency = '1029'", COVER, scores=(scores,))
    assert not (run / "1028").exists() and (run / "1028.failed").exists()


def test_scores_that_change_while_the_pack_is_made_are_found_out(making, run, tmp_path):
    scores = write_scores(tmp_path / "s.csv", [row("I1", "95")])
    change = f"import pathlib\np = pathlib.Path({str(scores)!r})\np.write_bytes(p.read_bytes().replace(b'95', b'59'))"
    with pytest.raises(NotebookError, match="InputsChanged"):
        making(change, COVER, scores=(scores,))
    assert not (run / "1028").exists()


def test_the_notebook_may_not_lack_a_parameter(making, run):
    with pytest.raises(ParameterError, match="ยังไม่ได้รัน"):
        making("1", parameters='agency: str = "1028"')
    assert not (run / "1028").exists() and not (run / "1028.failed").exists()


def test_wrong_input_makes_no_folder_at_all(making, run, tmp_path):
    bad = write_scores(tmp_path / "bad.csv", [row(score="x")])
    with pytest.raises(ScoreFileError):
        making("1", scores=(bad,))
    with pytest.raises(UnknownNameError):
        making("1", agency="9999")
    with pytest.raises(UnknownNameError, match="2560"):
        making("1", fiscal_year_be=2560)
    assert not run.exists()


def test_a_place_that_cannot_be_written_is_said_before_the_notebook_runs(making, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    mark = tmp_path / "ran"
    with pytest.raises(MachineError):
        making(f"open({str(mark)!r}, 'w')", output=tmp_path / "file")
    assert not mark.exists()


def test_paths_inside_the_project_are_given_from_its_root_and_shown_so(making, tmp_path):
    inside = places.data_folder() / "published"
    block = "from ita_analysis.brief.blocks import Text, line\nText(title='ที่มา', paragraphs=(line(scores),))"
    made = making(block, scores=(inside,))
    executed = (made.folder / "executed.ipynb").read_text(encoding="utf-8")
    assert '"text":"data/published"' in executed
    assert str(places.project_root()) not in executed


def test_the_cache_key_follows_what_the_page_depends_on(tmp_path):
    notebook = places.notebooks_folder() / NOTEBOOK

    def key(rows, line=90.0, sources="", file="s.csv", with_source=False):
        folder = tmp_path / "scores"
        path = write_scores(folder / file, rows)
        (folder / "sources.csv").write_text(
            f"file,document_th,document_date,says_not_th\n{file},{sources},,\n", encoding="utf-8"
        )
        facts = collect("1028", 2566, line=line, scores=str(path))
        shown = {"action_line": line, "scores": str(path), "with_source": with_source}
        return ingredients.cache_key(ingredients.with_run_parts(cover(facts).record["key_parts"], notebook, shown))

    same = key([row("I1"), row("I2")])
    assert key([row("I1"), row("I2")]) == same
    others = [
        key([row("I1"), row("I2", "95.87")]),
        key([row("I1"), row("I2", note_th="x")]),
        key([row("I1"), row("I2")], line=91.0),
        key([row("I1"), row("I2")], sources="รายงาน"),
        key([row("I1"), row("I2")], file="other.csv"),
        key([row("I1"), row("I2")], with_source=True),
    ]
    assert len({same, *others}) == 7
