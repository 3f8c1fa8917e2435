"""The run page: made from what lies in the run, the same bytes for the same packs, nothing in it is ever code."""

import json
import os
import re
import shutil
import time
from html.parser import HTMLParser

import pytest
from score_files import row, write_scores
from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.errors import MachineError, NotebookError, UnknownNameError
from ita_analysis.export import run_page
from ita_analysis.run import index, pack, runs
from ita_analysis.run.brief import Request, make_brief
from ita_analysis.run.tasks import NOTEBOOK, Options

FILES = {"brief.html": b"<p>", "brief.pdf": b"%PDF", "annex.xlsx": b"PK"}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<!--{{ 7*7 }}\u202e\u2028"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def run(tmp_path):
    return tmp_path / "brief-2567"


def good(run, code, name="หน่วยงาน", findings=2, **changes):
    """Publish a pack; `changes` go into its manifest."""
    manifest = {
        "agency_code": code,
        "agency_name_th": name,
        "fiscal_year_be": 2567,
        "framework": "demo-2567",
        "is_synthetic": True,
        "findings": [{}] * findings,
        "documents_missing": ["O1"],
        "page_key": "0123456789abcdef",
        **changes,
    }
    return pack.publish(run, code, FILES, manifest, time.monotonic())


def bad(run, code, why="เซลล์ 3: ValueError", name="หน่วยงาน"):
    reason = {"agency_code": code, "agency_name_th": name, "fiscal_year_be": 2567, "why": why}
    files = {"reason.html": b"why", "failed.ipynb": b"{}", "reason.json": json.dumps(reason).encode()}
    pack.publish_failure(run, code, files)


def states(run):
    index.write_index(run)
    held = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return held, {line["agency_code"]: line for line in held["agencies"]}


def page(run):
    return (run / "index.html").read_text(encoding="utf-8")


def test_a_good_a_failed_and_an_outdated_agency_are_told_apart_with_the_reason(run):
    good(run, "9901", findings=3)
    bad(run, "9902", "เซลล์ 5: คะแนนหาย")
    good(run, "9903")
    bad(run, "9903")
    held, lines = states(run)
    assert {code: line["state"] for code, line in lines.items()} == {"9901": "ok", "9902": "failed", "9903": "outdated"}
    assert held["counts"] == {"ok": 1, "failed": 1, "outdated": 1, "waiting": 0}
    assert (held["fiscal_year_be"], held["framework"], held["is_synthetic"]) == (2567, "demo-2567", True)
    assert (lines["9901"]["findings"], lines["9902"]["findings"]) == (3, None)
    assert lines["9902"]["why"] == "เซลล์ 5: คะแนนหาย"
    assert lines["9901"]["links"] == {
        "html": "9901/brief.html",
        "pdf": "9901/brief.pdf",
        "annex": "9901/annex.xlsx",
    }
    assert lines["9903"]["links"]["reason"] == "9903.failed/reason.html" and "pdf" in lines["9903"]["links"]
    assert lines["9902"]["links"] == {"reason": "9902.failed/reason.html"}
    for line in lines.values():
        assert all((run / path).is_file() for path in line["links"].values())


def test_a_remake_that_succeeds_makes_the_line_good_again(run):
    bad(run, "9901")
    assert states(run)[1]["9901"]["state"] == "failed"
    good(run, "9901")
    assert states(run)[1]["9901"] | {"aliases": []} == {
        "agency_code": "9901",
        "agency_name_th": "หน่วยงาน",
        "aliases": [],
        "state": "ok",
        "why": "",
        "findings": 2,
        "documents_missing": 1,
        "total": None,
        "page_key": "01234567",
        "cache_key": "",
        "links": {"html": "9901/brief.html", "pdf": "9901/brief.pdf", "annex": "9901/annex.xlsx"},
    }


@pytest.mark.parametrize("damage", ["missing", "cut", "linked", "manifest", "pipe", "foreign", "path", "list", "empty"])
def test_a_damaged_pack_is_never_called_good(run, damage):
    folder = good(run, "9901")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if damage == "missing":
        (folder / "brief.pdf").unlink()
    elif damage == "cut":
        (folder / "brief.pdf").write_bytes(b"%")
    elif damage == "linked":
        (folder / "brief.pdf").rename(run / "elsewhere.pdf")
        (folder / "brief.pdf").symlink_to(run / "elsewhere.pdf")
    elif damage == "pipe":
        (folder / "manifest.json").unlink()
        os.mkfifo(folder / "manifest.json")
    elif damage == "manifest":
        (folder / "manifest.json").write_bytes(b"{")
    else:
        manifest |= {
            "foreign": {"agency_code": "9902"},
            "path": {"outputs": [{"path": "../../etc/passwd", "bytes": 1}]},
            "list": {"outputs": [7, None]},
            "empty": {"outputs": []},
        }[damage]
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    line = states(run)[1]["9901"]
    assert line["state"] == "failed" and line["why"] and line["links"] == {} and line["findings"] is None


def test_the_same_packs_give_the_same_bytes_in_any_folder_and_order_at_any_time(tmp_path, monkeypatch):
    pages = []
    for name, codes in (("a", ("9901", "9902")), ("b", ("9902", "9901"))):
        run = tmp_path / name
        for code in codes:
            good(run, code)
        monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
        index.write_index(run)
        pages.append((run / "index.html").read_bytes())
        assert json.loads((run / "run.json").read_text(encoding="utf-8"))["run"] == name
    assert pages[0] == pages[1]


def test_nothing_is_written_when_nothing_changed(run):
    good(run, "9901")
    index.write_index(run)
    before = {name: (run / name).stat().st_mtime_ns for name in ("run.json", "index.html")}
    index.write_index(run)
    assert {name: (run / name).stat().st_mtime_ns for name in before} == before
    assert sorted(path.name for path in run.iterdir()) == ["9901", "index.html", "run.json"]


def test_a_pack_published_while_the_page_is_written_is_on_it(run, monkeypatch):
    good(run, "9901")
    real, once = pack.replace_file, []

    def slow(folder, name, data):
        real(folder, name, data)
        if not once:
            once.append(good(run, "9902"))

    monkeypatch.setattr(pack, "replace_file", slow)
    assert set(states(run)[1]) == {"9901", "9902"} and "9902" in page(run)


def test_a_page_that_cannot_be_written_leaves_the_older_one(run, monkeypatch):
    good(run, "9901")
    index.write_index(run)
    before = page(run)
    good(run, "9902")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pack.os, "replace", full)
    with pytest.raises(MachineError):
        index.write_index(run)
    assert page(run) == before
    assert sorted(path.name for path in run.iterdir()) == ["9901", "9902", "index.html", "run.json"]


def test_hostile_names_and_reasons_are_shown_as_the_characters_that_they_are(run):
    good(run, "9901", HOSTILE)
    bad(run, "9902", HOSTILE + "\ud800", HOSTILE)
    index.write_index(run)
    text = page(run)
    parsed = Page(text)
    assert parsed.tags.count("script") == 2 and "img" not in parsed.tags
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on")]
    visible = HOSTILE.replace("\u202e", "[U+202E]").replace("\u2028", "[U+2028]")
    assert parsed.texts.count(visible) >= 2 and "\u202e" not in text and "49" not in parsed.texts
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])
    assert data["lines"][0] == [data["states"].index("ok"), 2, 1, None, ""]


def test_the_one_script_is_allowed_by_its_hash_alone_and_links_stay_in_the_run(run):
    good(run, "9901")
    index.write_index(run)
    text, parsed = page(run), Page(page(run))
    policy = next(value for tag, name, value in parsed.attributes if tag == "meta" and name == "content")
    assert policy.startswith("default-src 'none'") and "unsafe-inline'; script" in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'$", policy)
    links = [value for _, name, value in parsed.attributes if name in ("href", "src")]
    assert links == ["./9901/brief.html", "./9901/brief.pdf", "./9901/annex.xlsx"]
    assert not re.search(r"https?://", text)


def test_an_address_is_never_a_scheme():
    state = {
        "fiscal_year_be": None,
        "framework": "",
        "is_synthetic": False,
        "counts": {"ok": 1, "failed": 0, "outdated": 0, "waiting": 0},
        "city": {"html": "javascript:alert(2)"},
    }
    line = {"agency_code": "x", "agency_name_th": "x", "aliases": [], "state": "ok", "why": "", "findings": 0}
    line |= {"total": None, "documents_missing": None, "links": {"html": "javascript:alert(1)/a?b#c.html"}}
    parsed = Page(run_page.render({**state, "agencies": [line]}))
    assert [value for _, name, value in parsed.attributes if name == "href"] == [
        "./javascript%3Aalert%282%29",
        "./javascript%3Aalert%281%29/a%3Fb%23c.html",
    ]


def test_an_agency_is_found_by_the_names_that_people_use(run):
    good(run, "1028", "สำนักงานเขตสาทร")
    assert "สาทร" in states(run)[1]["1028"]["aliases"]


def test_the_command_writes_the_page_and_a_failing_notebook_marks_the_older_pack(sathon_run, tmp_path, monkeypatch):
    held = json.loads((sathon_run / "run.json").read_text(encoding="utf-8"))
    (line,) = held["agencies"]
    assert (line["agency_code"], line["agency_name_th"], line["state"]) == ("1028", "สำนักงานเขตสาทร", "ok")
    assert line["findings"] == 6 and set(line["links"]) == {"html", "pdf", "annex"}
    good(tmp_path / "r", "1028", framework="bangkok-district-2566", fiscal_year_be=2566, is_synthetic=False)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    parameters = 'agency: str = "1028"\nfiscal_year_be: int = 2566\naction_line: float = 90.0\nscores: str = ""'
    write_notebook(folder / NOTEBOOK, "raise ValueError('คะแนนหาย')", parameters=parameters)
    monkeypatch.setattr(places, "notebooks_folder", lambda: folder)
    scores = write_scores(tmp_path / "s.csv", [row("I1")])
    with pytest.raises(NotebookError):
        make_brief(Request("1028", Options(2566, scores=(scores,)), tmp_path, "r"), lambda text: None)
    line = json.loads((tmp_path / "r" / "run.json").read_text(encoding="utf-8"))["agencies"][0]
    assert line["state"] == "outdated" and line["why"] == "เซลล์ 2: ValueError: คะแนนหาย"
    assert "ชุดเก่า" in page(tmp_path / "r")


# --- what only a batch knows


def test_progress_stands_in_the_record_as_given_and_nowhere_when_there_is_none(run):
    good(run, "9901")
    told = {"running": True, "done": 1, "left": 3, "rate_per_s": 0.5, "seconds_left": 6.0}
    index.write_index(run, told)
    assert json.loads((run / "run.json").read_text(encoding="utf-8"))["progress"] == told
    before = page(run)
    assert "progress" not in states(run)[0] and page(run) == before


def test_an_agency_asked_for_is_shown_as_waiting_until_it_has_a_pack_or_a_reason(run):
    good(run, "9901")
    waiting = {code: f"หน่วยงาน {code}" for code in ("9901", "9902", "9903")}
    index.write_index(run, waiting=waiting)
    held, lines = states(run)  # a call that knows nothing of it forgets nothing
    assert held["counts"] == {"ok": 1, "failed": 0, "outdated": 0, "waiting": 2}
    assert lines["9902"]["agency_name_th"] == "หน่วยงาน 9902" and "ยังไม่ได้ทำ 2" in page(run)
    bad(run, "9902")
    good(run, "9903")
    assert [line["state"] for line in states(run)[1].values()] == ["ok", "failed", "ok"]
    index.write_index(run, waiting={})
    assert "ยังไม่ได้ทำ" not in page(run)


def test_a_pack_whose_inputs_changed_is_outdated_until_it_is_made_again(run):
    for code in ("9901", "9902"):
        good(run, code, cache_key="a" * 64)
    bad(run, "9903")
    index.write_index(run, stale={"9901": "ตัวเลขเทียบของ 3 หน่วยงานเปลี่ยน", "9903": "x"})
    told = json.loads((run / "run.json").read_text(encoding="utf-8"))["agencies"]
    assert [line["state"] for line in told] == ["outdated", "ok", "failed"]
    held, lines = states(run)
    assert [line["state"] for line in lines.values()] == ["outdated", "ok", "failed"]
    assert lines["9901"]["why"] == "ตัวเลขเทียบของ 3 หน่วยงานเปลี่ยน" and lines["9901"]["links"]["html"]
    good(run, "9901", cache_key="b" * 64)
    assert states(run)[1]["9901"]["state"] == "ok"
    index.write_index(run, stale={"9902": "x"})
    index.write_index(run, stale={})
    assert states(run)[0]["counts"]["outdated"] == 0


def test_a_failed_remake_that_is_taken_away_is_not_remembered(run):
    good(run, "9901", cache_key="a" * 64)
    bad(run, "9901")
    assert states(run)[1]["9901"]["state"] == "outdated"
    for path in (run / "9901.failed").iterdir():
        path.unlink()
    (run / "9901.failed").rmdir()
    assert states(run)[1]["9901"]["state"] == "ok"


def test_a_run_without_a_pack_says_what_it_is_of(run):
    run.mkdir()
    about = {"fiscal_year_be": 2567, "framework": "demo-2567", "is_synthetic": True}
    index.write_index(run, waiting={"9901": "ก"}, about=about)
    assert "ข้อมูลสมมติ" in page(run) and "2567" in page(run)
    held, _ = states(run)
    assert {name: held[name] for name in about} == about


def test_packs_that_were_not_replaced_are_not_read_again(run, monkeypatch):
    read, real = [], index._line
    monkeypatch.setattr(index, "_line", lambda run, code, *rest: read.append(code) or real(run, code, *rest))
    good(run, "9901")
    good(run, "9902", findings=1)
    bad(run, "9903")
    memory = {}
    index.write_index(run, memory=memory)
    assert sorted(read) == ["9901", "9902", "9903"]
    index.write_index(run, {"done": 3}, memory=memory)
    assert len(read) == 3
    good(run, "9902", findings=7)
    good(run, "9903")
    index.write_index(run, memory=memory)
    assert sorted(read[3:]) == ["9902", "9903"]
    assert states(run)[1]["9902"]["findings"] == 7
    shutil.rmtree(run / "9901")
    index.write_index(run, memory=memory)
    assert "9901" not in memory and "9901/brief" not in page(run)


# --- the city, and figures of manifests


def test_the_overview_of_all_is_linked_where_it_is_whole_and_is_no_agency(run):
    good(run, "9901")
    assert states(run)[0]["city"] == {}
    pack.publish(run, "city", {"overview.html": b"<p>", "overview.pdf": b"%PDF"}, {}, time.monotonic())
    held, lines = states(run)
    assert held["city"] == {"html": "city/overview.html", "pdf": "city/overview.pdf"} and set(lines) == {"9901"}
    assert 'href="./city/overview.pdf"' in page(run)
    (run / "city" / "overview.pdf").write_bytes(b"")
    assert states(run)[0]["city"] == {} and "overview.pdf" not in page(run)


@pytest.mark.parametrize("total", [float("nan"), float("inf"), True, "95", [1], None])
def test_a_total_that_is_no_number_is_unknown(run, total):
    good(run, "9901", total=87.5)
    folder = run / "9901"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert states(run)[1]["9901"]["total"] == 87.5 and "87.50" in page(run)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "total": total}), encoding="utf-8")
    assert states(run)[1]["9901"]["total"] is None and "คะแนนรวม</th>" not in page(run)


def test_the_heading_counts_what_the_record_counts(run):
    for number in range(1, 13):
        (bad if number % 4 == 0 else good)(run, f"99{number:02}")
    bad(run, "9901")
    held, _ = states(run)
    heading = re.search(r'<p class="sum">(.*?)</p>', page(run))[1]
    shown = {name: int(count) for name, count in re.findall(r'<span class="(\w+)">\D+(\d+)<', heading)}
    assert shown == {"ok": 8, "failed": 3, "outdated": 1} == {name: held["counts"][name] for name in shown}
    assert "12 หน่วยงาน" in heading


def test_a_record_has_one_line_for_each_agency(run):
    for code in ("9901", "9902"):
        good(run, code)
    states(run)
    lines = (run / "run.json").read_text(encoding="utf-8").splitlines()
    assert sum('"agency_code"' in line for line in lines) == 2


# --- finding a run and an agency in it


def test_a_run_is_found_by_name_or_path_and_an_unknown_one_names_the_nearest(run, tmp_path, monkeypatch):
    good(run, "1028", "สำนักงานเขตสาทร")
    bad(run, "1004", name="สำนักงานเขตบางรัก")
    assert runs.find_run("brief-2567", tmp_path) == runs.find_run(str(run), tmp_path / "x") == run
    with pytest.raises(UnknownNameError, match="brief-2576") as caught:
        runs.find_run("brief-2576", tmp_path)
    assert "brief-2567" in caught.value.todo
    assert [runs.find_pack(run, wanted) for wanted in ("1028", "สาทร", "สำนักงานเขตบางรัก")] == ["1028", "1028", "1004"]
    with pytest.raises(UnknownNameError, match="1029"):
        runs.find_pack(run, "1029")


def test_marks_of_agencies_that_nobody_spoke_of_stay(run):
    for code in ("9901", "9902"):
        good(run, code)
    index.write_index(run, waiting={"9903": "ค"}, stale={"9901": "x", "9902": "y"})
    index.write_index(run, waiting={}, stale={}, of={"9901"})
    held = json.loads((run / "run.json").read_text(encoding="utf-8"))
    found = {line["agency_code"]: (line["state"], line["why"]) for line in held["agencies"]}
    assert (found["9901"], found["9902"], found["9903"][0]) == (("ok", ""), ("outdated", "y"), "waiting")
