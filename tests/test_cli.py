"""The command line as a user meets it: exit codes, results on stdout, sentences on stderr, the same bytes everywhere."""

import html
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pypdfium2
import pytest
from commands import PROJECT, ita
from score_files import made_up, row, write_scores

from ita_analysis import places
from ita_analysis.scores import agencies, bounded, contract
from ita_analysis.scores.csv_table import read_table

SATHON = PROJECT / "data" / "published" / "sathon-2566.csv"
FINDINGS = [("E12", 81.87), ("I16", 83.52), ("E14", 85.12), ("E15", 87.46), ("I17", 87.83), ("E9", 88.69)]
WATCHED = [("E10", 90.25), ("E7", 91.39), ("E11", 91.55)]
PAGES = ("brief.html", "brief.pdf", "annex.xlsx", "executed.ipynb")


def manifest_of(pack):
    return json.loads((pack / "manifest.json").read_text(encoding="utf-8"))


def findings_of(pack):
    return [(finding["code"], finding["score"]) for finding in manifest_of(pack)["findings"]]


def html_text(pack):
    page = (pack / "brief.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(td|th|p|div|li|h\d)>", " ", body)))


def pdf_text(pack):
    document = pypdfium2.PdfDocument(pack / "brief.pdf")
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def says_in_order(text, rows):
    """Whether the rows stand in `text` one after the other, each code with its score close behind."""
    pattern = ".*?".join(rf"\b{code}\b[^\n]{{0,200}}?{score:.2f}" for code, score in rows)
    return re.search(pattern, text.replace("\r", "").replace("\n", " "), re.DOTALL) is not None


def shuffled(path, code, seed=7):
    """Write the Sathon file with its item scores dealt out anew, under the code and name of another district."""
    found = bounded.read_input(SATHON)
    rows = [dict(cells) for _, cells in read_table(found, contract.REQUIRED).rows]
    items = [cells for cells in rows if cells["level"] == "item"]
    dealt = [cells["score"] for cells in items]
    random.Random(seed).shuffle(dealt)
    for cells, score in zip(items, dealt, strict=True):
        cells["score"] = score
    for cells in rows:
        cells |= {"agency_code": code, "agency_name_th": agencies.known_agencies()[code].name_th, "score_doubt_th": ""}
    write_scores(path, rows, list(rows[0]))
    low = [(cells["code"], float(cells["score"])) for cells in items if float(cells["score"]) < 90]
    return sorted(low, key=lambda pair: pair[1])


# --- the shipped case


def test_the_findings_of_sathon_worst_first_in_the_manifest(sathon_pack):
    assert findings_of(sathon_pack) == FINDINGS
    gaps = [finding["gap_points"] for finding in manifest_of(sathon_pack)["findings"]]
    assert gaps == [8.13, 6.48, 4.88, 2.54, 2.17, 1.31]


@pytest.mark.parametrize("read", [html_text, pdf_text])
def test_the_pages_say_findings_and_watch_list_in_this_order(sathon_pack, read):
    text = read(sathon_pack)
    assert says_in_order(text, FINDINGS)
    assert says_in_order(text, WATCHED)
    assert "สำนักงานเขตสาทร" in text.replace("\u200b", "")


def test_the_manifest_says_what_was_made_from_what(sathon_pack):
    manifest = manifest_of(sathon_pack)
    assert {name: manifest[name] for name in ("agency_code", "fiscal_year_be", "framework", "is_synthetic", "run")} == {
        "agency_code": "1028",
        "fiscal_year_be": 2566,
        "framework": "bangkok-district-2566",
        "is_synthetic": False,
        "run": "brief-2566",
    }
    assert manifest["documents_missing"] == []
    assert "data/published/sathon-2566.csv" in [given["path"] for given in manifest["inputs"]]
    for given in manifest["inputs"]:
        assert bounded.read_input(PROJECT / given["path"]).sha256 == given["sha256"]
    for name in ("page_key", "cache_key"):
        assert re.fullmatch("[0-9a-f]{64}", manifest[name])
    assert manifest["page_key"][:8] in html_text(sathon_pack)


def test_the_manifest_lists_exactly_the_files_of_the_pack(sathon_pack):
    listed = {out["path"]: (out["sha256"], out["bytes"]) for out in manifest_of(sathon_pack)["outputs"]}
    there = {path.name: path for path in sathon_pack.iterdir() if path.name != "manifest.json"}
    assert set(listed) == set(there) >= set(PAGES)
    for name, path in there.items():
        assert listed[name] == (bounded.read_input(path).sha256, path.stat().st_size)


def test_nothing_in_the_pack_names_a_place_on_this_machine(sathon_pack):
    for name in ("brief.html", "executed.ipynb", "manifest.json"):
        text = (sathon_pack / name).read_text(encoding="utf-8")
        for place in (str(PROJECT), str(sathon_pack.parent), os.environ["ITA_CACHE"]):
            assert place not in text
    assert not any(path.name.startswith(".") for path in sathon_pack.parent.iterdir())


def test_the_same_command_gives_the_same_bytes_whatever_surrounds_it(sathon_pack, tmp_path):
    other = {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "7", "LC_ALL": "C", "LANG": "C", "COLUMNS": "40"}
    done = ita(
        "brief", "--agency", "สาทร", "--year", "2566", "--output", "here", "--run", "again",
        cwd=tmp_path, PYTHONWARNDEFAULTENCODING="1", **other,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = tmp_path / "here" / "again" / "1028"
    assert [(again / name).read_bytes() == (sathon_pack / name).read_bytes() for name in PAGES] == [True] * len(PAGES)
    first, second = manifest_of(sathon_pack), manifest_of(again)
    for name in ("seconds", "run"):
        del first[name], second[name]
    assert first == second
    ours = [line for line in done.stderr.splitlines() if "EncodingWarning" in line and "ita_analysis" in line]
    assert ours == []


def test_another_districts_file_gives_that_districts_findings(tmp_path):
    expected = shuffled(tmp_path / "other.csv", "1029")
    done = ita(
        "brief",
        "--agency",
        "1029",
        "--year",
        "2566",
        "--scores",
        "other.csv",
        "--output",
        "out",
        "--json",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    pack = tmp_path / "out" / "brief-2566" / "1029"
    assert made["findings"] == len(expected) and made["other_problems"] == 0
    assert set(made["files"]) == {path.name for path in pack.iterdir()}
    assert findings_of(pack) == expected != FINDINGS
    assert manifest_of(pack)["parameters"]["scores"] == "other.csv"
    assert agencies.known_agencies()["1029"].name_th in pdf_text(pack)
    assert "สาทร" not in html_text(pack)


# --- exit codes and sentences


def test_a_gregorian_year_is_refused_with_the_buddhist_one(ita_here, tmp_path):
    done = ita_here("brief", "--agency", "1028", "--year", "2023", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "2566" in done.stderr and not done.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("line", ["0", "-1", "100.01", "nan", "inf"])
def test_a_line_out_of_range_is_refused(ita_here, tmp_path, line):
    done = ita_here("brief", "--agency", "1028", "--year", "2566", "--line", line, "--output", tmp_path / "out")
    assert done.returncode == 2 and "--line" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("run", ["../x", "a/b", ".hidden", "ก", "a b", "a:b"])
def test_a_run_name_that_is_no_plain_name_is_refused(ita_here, tmp_path, run):
    done = ita_here("brief", "--agency", "1028", "--year", "2566", "--run", run, "--output", tmp_path / "out")
    assert done.returncode == 2 and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["brief"], ["brief", "--agency", "1028", "--year", "x"], ["nothing"], ["check"], []]
)
def test_wrong_usage_is_exit_code_2(ita_here, arguments):
    assert ita_here(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["brief", "--agency", "1028"], "ขาด --year"),
        (["brief", "--agenc", "1028"], "ใช้ --agency"),
        (["brief", "--foo"], "ไม่มีตัวเลือก --foo"),
        (["brief", "--agency"], "--agency ต้องมีค่าตามหลัง"),
        (["brief", "--agency", "1028", "--year", "๒๕๖x"], "ค่า ๒๕๖x ของ --year ใช้ไม่ได้"),
        (["brief", "--agency", "1028", "--year", "2566", "--line", "สูง"], "ต้องเป็นตัวเลข"),
        (["brief", "--agency", "1028", "--year", "2566", "สาทร"], "ไม่รับ สาทร"),
        (["check"], "ขาด FILES"),
        (["brif"], "ใช้ brief"),
        (["--foo"], "ไม่มีตัวเลือก --foo"),
    ],
)
def test_a_command_line_that_means_nothing_is_said_in_thai_with_what_to_do(ita_here, arguments, told):
    done = ita_here(*arguments)
    assert done.returncode == 2 and told in done.stderr and "สิ่งที่ต้องทำ: " in done.stderr
    said = re.sub(r"ita( [a-z]+)?|--?[a-z-]+|[A-Z]{2,}|foo|brif|brief|verify|๒๕๖x", "", done.stderr)
    assert not re.search("[A-Za-z]", said), said


def test_a_score_path_that_the_notebook_could_not_take_is_refused(ita_here, tmp_path):
    done = ita_here("brief", "--agency", "1028", "--year", "2566", "--scores", "a|b.csv", "--output", tmp_path / "out")
    assert done.returncode == 2 and "a|b.csv" in done.stderr


def test_an_unknown_agency_is_exit_code_1_with_the_nearest_names(ita_here, tmp_path):
    done = ita_here("brief", "--agency", "สำนักงานเขตสาธร", "--year", "2566", "--output", tmp_path / "out", "--json")
    assert done.returncode == 1
    assert "สำนักงานเขตสาทร (1028)" in done.stderr
    told = json.loads(done.stdout)
    assert told["code"] == "not-found" and "1028" in told["problems"][0]["fix"]
    assert not (tmp_path / "out").exists()


def test_a_year_without_scores_names_the_years_that_have_some(ita_here, tmp_path):
    done = ita_here("brief", "--agency", "1028", "--year", "2560", "--output", tmp_path / "out")
    assert done.returncode == 1 and "2566" in done.stderr


def test_my_own_problems_are_exit_code_1_all_at_once_and_nothing_is_made(ita_here, tmp_path):
    write_scores(tmp_path / "bad.csv", [row("I1", "x"), row("I2", "101"), row("I3"), made_up(score="y")])
    done = ita_here(
        "brief",
        "--agency",
        "1028",
        "--year",
        "2566",
        "--scores",
        tmp_path / "bad.csv",
        "--output",
        tmp_path / "out",
        "--json",
    )
    assert done.returncode == 1
    assert [problem["row"] for problem in json.loads(done.stdout)["problems"]] == [2, 3]
    assert "แถว 2" in done.stderr and "แถว 3" in done.stderr and "แถว 5" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_written_is_exit_code_4_with_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    done = ita("brief", "--agency", "1028", "--year", "2566", "--output", tmp_path / "file", "--json")
    assert done.returncode == 4
    assert "--output" in done.stderr and "Traceback" not in done.stderr
    assert json.loads(done.stdout)["code"] == "machine"


@pytest.mark.skipif(sys.platform == "win32", reason="no interrupts to send")
def test_an_interrupt_is_exit_code_130_and_leaves_nothing_half_made(tmp_path):
    psutil = pytest.importorskip("psutil")
    process = subprocess.Popen(
        [sys.executable, "-m", "ita_analysis.cli", "brief", "--agency", "1028", "--year", "2566", "--output", tmp_path],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"},
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    while "รันสมุดงาน" not in process.stderr.readline():
        assert process.poll() is None
    deadline = time.monotonic() + 20
    while not (kernels := psutil.Process(process.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the kernel hears it too
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "หยุดตามคำสั่ง" in said and "Traceback" not in said
    assert list((tmp_path / "brief-2566").iterdir()) == []
    assert not psutil.wait_procs(kernels, timeout=10)[1]


# --- ita check


def test_check_prints_one_line_of_facts_about_good_files(tmp_path):
    done = ita("check", "data/published/sathon-2566.csv")
    assert done.returncode == 0
    assert done.stdout == "อ่านได้ครบ: 29 แถว · 1 หน่วยงาน · ปี 2566\n"


def test_check_prints_every_problem_of_every_agency_and_writes_nothing(tmp_path):
    write_scores(
        tmp_path / "a.csv", [row("I1", "x"), row("I2", fiscal_year_be="2023"), made_up(score="y"), row(code="l3")]
    )
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    done = ita("check", "a.csv", "gone.csv", cwd=tmp_path)
    assert done.returncode == 1 and not done.stdout
    for said in ("แถว 2", "แถว 4", "แถว 5", "gone.csv", "พบ 4 จุด", "หมายเหตุ"):
        assert said in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_check_as_json_has_the_same_problems_as_fields(tmp_path):
    write_scores(tmp_path / "a.csv", [row("I1", "x"), row("I2", fiscal_year_be="2023")])
    done = ita("check", tmp_path / "a.csv", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    (problem,) = told["problems"]
    assert set(problem) == {"code", "file", "sheet", "row", "column", "found", "expected", "fix"}
    assert (problem["file"], problem["row"], problem["column"], problem["found"]) == ("a.csv", 2, "score", "'x'")
    assert len(told["notes"]) == 1


def test_what_steers_a_terminal_is_printed_as_a_mark(tmp_path):
    evil = "\x1b[31m\u202egnp\x07"
    path = write_scores(tmp_path / "a\u202eb.csv", [row("I1", evil, agency_name_th="")])
    for more in ([], ["--json"]):
        done = ita("check", path, *more)
        assert done.returncode == 1
        assert not re.search("[\x1b\x07\u202e]", done.stdout + done.stderr)
    assert json.loads(done.stdout)["problems"][0]["file"] == "a\u202eb.csv"


@pytest.mark.parametrize("encoding", ["ascii", "cp874", "cp1252"])
def test_a_terminal_that_is_not_utf8_costs_no_traceback_and_no_json(tmp_path, encoding):
    path = write_scores(tmp_path / "a.csv", [row("I1", "x", agency_name_th="สำนักงานเขตดุสิต")])
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-m", "ita_analysis.cli", "check", path, "--json"],
        env=environment,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1 and b"Traceback" not in done.stderr
    assert "สำนักงานเขตสาทร" in [problem["expected"] for problem in json.loads(done.stdout)["problems"]]


# --- what the cheap verbs cost

CHEAP = [
    ["--help"],
    ["brief", "--help"],
    ["check", "--help"],
    ["check", str(SATHON)],
    ["doctor", "--help"],
    ["demo", "--help"],
]


@pytest.mark.parametrize("arguments", CHEAP)
def test_verbs_that_make_nothing_import_no_notebook_machinery(arguments):
    script = (
        "import sys\nfrom ita_analysis import cli\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'nbformat', 'papermill', 'nbconvert', 'matplotlib', 'typst', 'pythainlp'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("verb", ["brief", "check", "demo", "doctor"])
def test_every_verb_has_help_with_an_example(verb):
    done = ita(verb, "--help", COLUMNS="200")
    assert done.returncode == 0
    assert f"ita {verb}" in done.stdout.partition("ตัวอย่าง")[2]


# --- the house: texts are opened with their encoding, names that we write suit every system


def test_the_names_that_we_write_are_short_plain_ascii(sathon_run):
    for path in sathon_run.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}", path.name)


def test_demo_says_where_its_files_lie_and_how_to_open_them(sathon_run, monkeypatch, capsys, tmp_path):
    from ita_analysis import cli
    from ita_analysis.run import brief

    asked = []

    def already_made(request, step):
        asked.append((request.agency, request.options.fiscal_year_be, request.folder.name))
        target = request.folder / request.agency
        shutil.copytree(sathon_run / "1028", target)
        return brief.Made(target, PAGES, f"หน่วยงาน {request.agency}", "6 จาก 27 ข้อ", 6, 0)

    monkeypatch.setattr(brief, "make_brief", already_made)
    cli.demo(output=tmp_path)
    said = capsys.readouterr().out
    reports = [(agency, year, f"report-{year}-{number}") for agency, year, number in cli.DEMO_REPORTS]
    assert asked == [*cli.DEMO, *reports]
    assert "หน่วยงาน 1028: 6 จาก 27 ข้อ" in said and "เบราว์เซอร์" in said
    for path in tmp_path.rglob("brief.*"):
        assert str(path) in said


def test_without_an_output_packs_go_to_the_projects_outputs(monkeypatch, tmp_path):
    from ita_analysis import cli
    from ita_analysis.run import brief

    asked = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        brief, "make_brief", lambda request, step: asked.append(request) or brief.Made(tmp_path, (), "", "", 0, 0)
    )
    cli.brief("1028", 2566)
    cli.brief("1028", 2566, output=tmp_path / "outputs", scores=[tmp_path / "x" / ".." / "s.csv"])
    assert [request.output for request in asked] == [places.outputs_folder(), tmp_path / "outputs"]
    assert asked[1].options.scores == (tmp_path / "s.csv",)
