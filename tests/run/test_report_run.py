"""`ita report` and `ita batch --report`: whole packs with Word, made again when and only when what they show changes."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile

import pytest
from run.test_plan import Inline

from ita_analysis import places
from ita_analysis.errors import InputError, UnknownNameError, UsageError
from ita_analysis.measures import register
from ita_analysis.run import plan, wanted
from ita_analysis.run.brief import Request, make_brief
from ita_analysis.run.tasks import Options

FILES = ["annex.xlsx", "executed.ipynb", "manifest.json", "report.docx", "report.html", "report.pdf"]


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    """The registers that ship, in a folder that may be changed."""
    home = tmp_path_factory.mktemp("registers") / "registers"
    shutil.copytree(places.data_folder() / "registers", home)
    return home


def sums(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def made(registers, tmp_path_factory):
    options = Options(2567, round=2, registers=registers)
    return make_brief(Request("9901", options, tmp_path_factory.mktemp("out")), lambda text: None)


def test_a_report_is_a_pack_with_a_word_file_and_says_what_it_is_of(made):
    assert sorted(path.name for path in made.folder.iterdir()) == FILES
    assert made.folder.parent.name == "report-2567-2"
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["fiscal_year_be"], manifest["measures_year_be"], manifest["scores_year_be"]) == (2567, 2567, 2566)
    assert (manifest["round"], manifest["framework"], manifest["is_synthetic"]) == (2, "demo-2566", True)
    assert manifest["parameters"]["digits"] == "thai"
    assert manifest["proof"] == {"proven": 3, "shown": 0, "claimed": 2, "none": 0}
    listed = [one["path"] for one in manifest["inputs"]]
    assert "data/synthetic/demo.csv" in listed
    assert sum(path.endswith(".jpg") for path in listed) == 6 and sum("2567/" in path for path in listed) > 10
    assert not any(path.startswith("/") for path in listed)
    assert "ข้อมูลสมมติ" in (made.folder / "report.html").read_text(encoding="utf-8").replace("<t-w>", "").replace(
        "</t-w><wbr>", ""
    )
    state = json.loads((made.folder.parent / "run.json").read_text(encoding="utf-8"))
    assert state["round"] == 2 and state["agencies"][0]["links"]["word"] == "9901/report.docx"
    assert "รอบ 12 เดือน" in (made.folder.parent / "index.html").read_text(encoding="utf-8")


def test_the_same_register_gives_the_same_bytes_wherever_it_lies(made, registers, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(registers, moved)
    options = Options(2567, round=2, registers=moved)
    again = make_brief(Request("9901", options, tmp_path / "out", "another"), lambda text: None)
    first, second = sums(made.folder), sums(again.folder)
    for name in ("annex.xlsx", "report.docx", "report.html", "report.pdf"):
        assert first[name] == second[name], name


def test_pictures_carry_no_place_and_no_device(made):
    with zipfile.ZipFile(io.BytesIO((made.folder / "report.docx").read_bytes())) as word:
        pictures = [word.read(name) for name in word.namelist() if name.startswith("word/media/")]
    assert len(pictures) >= 3
    assert not any(b"Exif" in one or b"GPS" in one for one in pictures)


@pytest.mark.parametrize(
    ("agency", "changes", "error"),
    [
        ("1028", {"fiscal_year_be": 2570}, register.RegisterError),
        ("ไม่มีที่นี่", {}, UnknownNameError),
    ],
)
def test_without_a_register_nothing_is_made(agency, changes, error, registers, tmp_path):
    options = Options(**{"fiscal_year_be": 2567, "round": 1, "registers": registers, **changes})
    with pytest.raises(error):
        make_brief(Request(agency, options, tmp_path / "out"), lambda text: None)
    assert not (tmp_path / "out").exists()


def test_a_run_of_briefs_takes_no_report_and_the_other_round_neither(made, registers):
    for options in (Options(2566, registers=registers), Options(2567, round=1, registers=registers)):
        with pytest.raises(UsageError, match="report-2567-2"):
            make_brief(Request("9901", options, made.folder.parent.parent, "report-2567-2"), lambda text: None)


# --- a batch


@pytest.fixture
def demand(monkeypatch, tmp_path, registers):
    monkeypatch.setattr(wanted, "ProcessPoolExecutor", Inline)
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))
    own = tmp_path / "registers"
    shutil.copytree(registers, own)
    return plan.Demand(Options(2567, round=1, registers=own), tmp_path / "out")


def parts_of(demand):
    return {step.agency_code: dict(step.parts) for one in plan.plan_all(demand) for step in one.steps}


def changed(before, after):
    return {
        code: sorted(name for name in after[code] if after[code][name] != before[code][name])
        for code in after
        if after[code] != before[code]
    }


def test_every_agency_with_a_register_is_planned_made_up_ones_apart(demand):
    real, synthetic = plan.plan_all(demand)
    assert [step.agency_code for step in real.steps] == ["1028"]
    assert [step.agency_code for step in synthetic.steps] == ["9901"]
    assert (real.run.name, synthetic.run.name) == ("report-2567-1", "report-2567-1-demo")
    assert not real.overview
    assert real.steps[0].files() == [
        f"1028/{name}"
        for name in ("report.html", "report.pdf", "report.docx", "annex.xlsx", "executed.ipynb", "manifest.json")
    ]


def test_a_changed_register_makes_its_own_report_stale_alone(demand):
    before = parts_of(demand)
    path = demand.options.registers / "1028" / "2567" / "measures.csv"
    path.write_bytes(path.read_bytes().replace("ประชุมเจ้าหน้าที่".encode(), "ประชุมทุกฝ่าย".encode(), 1))
    assert changed(before, parts_of(demand)) == {"1028": ["register"]}


def test_a_changed_picture_is_no_sound_register(demand):
    large = next(
        path
        for path in (demand.options.registers / "9901" / "2567" / "evidence").glob("*.jpg")
        if "-s" not in path.name
    )
    large.write_bytes(large.read_bytes() + b"x")
    steps = {step.agency_code: step for one in plan.plan_all(demand) for step in one.steps}
    assert steps["9901"].action == plan.REFUSE and steps["1028"].action == plan.MAKE
    assert {problem.code for problem in steps["9901"].problems} == {"picture-changed"}


def test_a_brief_goes_stale_with_the_register_beside_it(demand):
    briefs = plan.Demand(Options(2566, registers=demand.options.registers), demand.output)
    before = parts_of(briefs)
    path = demand.options.registers / "1028" / "2567" / "results.csv"
    path.write_bytes(path.read_bytes().replace("ทำครบ".encode(), "ทำบางส่วน".encode(), 1))
    assert changed(before, parts_of(briefs)) == {"1028": ["register"]}


def test_the_brief_shows_a_register_that_is_not_sound_as_such(demand):
    path = demand.options.registers / "1028" / "2567" / "results.csv"
    path.write_bytes(path.read_bytes().replace(b",I3-1,", b",X9-9,", 1))
    briefs = plan.Demand(Options(2566, registers=demand.options.registers), demand.output)
    steps = {step.agency_code: step for one in plan.plan_all(briefs) for step in one.steps}
    assert steps["1028"].action == plan.MAKE and steps["1028"].parts["register"]


def test_the_key_that_is_planned_is_the_one_that_the_page_carries(demand):
    from ita_analysis.brief.collecting import collect
    from ita_analysis.brief.progress.facts import collect as collect_report

    home = str(demand.options.registers)
    (report,) = plan.plan_all(plan.Demand(demand.options, demand.output, agencies=("1028",)))
    assert report.steps[0].task.page_key == collect_report("1028", 2567, 1, registers=home).page_key
    brief_demand = plan.Demand(Options(2566, registers=demand.options.registers), demand.output, agencies=("1028",))
    (brief,) = plan.plan_all(brief_demand)
    assert brief.steps[0].task.page_key == collect("1028", 2566, registers=home).page_key


def test_a_year_without_registers_says_how_to_begin_one(demand):
    with pytest.raises(InputError, match="2590"):
        plan.plan_all(plan.Demand(Options(2590, round=1, registers=demand.options.registers), demand.output))


def test_an_error_without_a_list_of_problems_costs_its_agency_alone_and_is_told(demand, monkeypatch):
    from ita_analysis.run import wanted_reports

    real = wanted_reports.facts_from

    def broken(read, code, *given, **named):
        if code == "9901":
            raise InputError("ขัดข้องทั้งเล่ม")
        return real(read, code, *given, **named)

    monkeypatch.setattr(wanted_reports, "facts_from", broken)
    steps = {step.agency_code: step for one in plan.plan_all(demand) for step in one.steps}
    assert steps["9901"].action == plan.REFUSE and steps["1028"].action == plan.MAKE
    assert plan.why_th(steps["9901"]) and steps["9901"].problems[0].found == "ขัดข้องทั้งเล่ม"
