"""Two runs compared: findings, scores, documents, files, rules and packs that changed, and what manifests can't tell."""

import json
import shutil

import pytest
from small_runs import DIGEST, FILES, finding, make_failure, make_pack, make_run

from ita_analysis.errors import UsageError
from ita_analysis.run import diff_lines
from ita_analysis.run.diff import diff

ITEMS = [finding("E12", 81.87), finding("I16", 83.52)]


@pytest.fixture
def runs(tmp_path):
    """Two folders for runs."""
    return tmp_path / "a", tmp_path / "b"


def both(runs, before=(), after=()):
    """Publish one agency in both runs, with these manifests, and return how they differ."""
    for run, changes in zip(runs, (before, after), strict=True):
        make_pack(run, "9901", "เขตตัวอย่าง", **dict(changes))
    return diff(*runs)


def only(found):
    (change,) = found.changes
    return change


def said(found):
    return "\n".join(diff_lines.lines(found))


def test_the_same_packs_have_no_difference(runs):
    found = both(runs, {"findings": ITEMS}, {"findings": ITEMS})
    assert found.changes == () and found.same == 1
    assert "เหมือนเดิมทั้งตัวเลขและหน้า 1 หน่วยงาน" in said(found)


def test_findings_that_appeared_or_went_and_scores_that_changed_are_told_by_code(runs):
    after = [finding("E5", 79.0), finding("E12", 82.5)]
    change = only(both(runs, {"findings": ITEMS}, {"findings": after}))
    assert [(pair.code, pair.after) for pair in change.appeared] == [("E5", 79.0)]
    assert [(pair.code, pair.before) for pair in change.gone] == [("I16", 83.52)]
    assert [(pair.code, pair.before, pair.after) for pair in change.scores] == [("E12", 81.87, 82.5)]
    text = said(diff(*runs))
    assert "9901 เขตตัวอย่าง" in text and "ต่ำกว่าเส้นเพิ่ม: E5 79.00" in text
    assert "แล้ว: I16 (เดิม 83.52)" in text and "E12 81.87 → 82.50" in text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(91.5, 92.25, "91.50 → 92.25"), (None, 92.0, "ไม่ทราบ → 92.00"), (92.0, None, "92.00 → ไม่ทราบ"), (1.0, 1.0, "")],
)
def test_a_total_is_compared_where_both_manifests_tell_it(runs, before, after, told):
    found = both(runs, {"total": before}, {"total": after})
    assert (f"คะแนนรวม: {told}" in said(found)) == bool(told) == bool(found.changes)


@pytest.mark.parametrize(
    ("before", "after", "appeared", "gone"),
    [(["O1"], ["O1", "O22"], ("O22",), ()), (["O1"], [], (), ("O1",)), (None, ["O1"], (), ()), (["O1"], None, (), ())],
)
def test_documents_are_compared_where_both_are_known(runs, before, after, appeared, gone):
    found = both(runs, {"documents_missing": before, "total": 1.0}, {"documents_missing": after, "total": 2.0})
    change = only(found)
    assert (change.documents_appeared, change.documents_gone) == (appeared, gone)
    assert ("ไม่ทราบเอกสารไม่ครบ" in said(found)) == (None in (before, after)) == ("documents" in change.unknown)


def test_the_files_behind_a_change_are_told(runs):
    before = [{"path": "a.csv", "sha256": DIGEST}, {"path": "b.csv", "sha256": DIGEST}]
    after = [{"path": "a.csv", "sha256": "00" * 32}, {"path": "c.csv", "sha256": DIGEST}]
    found = both(runs, {"inputs": before}, {"inputs": after, "findings": ITEMS})
    assert only(found).inputs == {"a.csv": "changed", "b.csv": "removed", "c.csv": "added"}
    assert "สิ่งที่ใช้เปลี่ยน: ไฟล์เปลี่ยน a.csv · ไม่ใช้ไฟล์แล้ว b.csv · ไฟล์เพิ่ม c.csv" in said(found)
    assert "ไฟล์เปลี่ยน: a.csv · 1 หน่วยงาน" in said(found)


def test_rules_and_parameters_are_told_once_for_all(runs):
    for run, rules, line in zip(runs, "rs", (90.0, 85.0), strict=True):
        for code in ("9901", "9902"):
            make_pack(run, code, key_parts={"rules": rules, "peers": "p"}, parameters={"action_line": line})
    text = said(diff(*runs))
    assert "กฎเกณฑ์เปลี่ยน: 2 หน่วยงาน" in text and "พารามิเตอร์ action_line: 90.0 → 85.0 · 2 หน่วยงาน" in text
    assert "คะแนนของหน่วยงานเปลี่ยน" not in text


def test_a_manifest_without_key_parts_or_total_says_that_they_are_not_known(runs):
    for run, drop in zip(runs, (True, False), strict=True):
        folder = make_pack(run, "9901", findings=ITEMS[:1] if drop else ITEMS)
        if drop:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            kept = {name: value for name, value in manifest.items() if name not in ("key_parts", "total")}
            (folder / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
    change = only(diff(*runs))
    assert change.unknown == ("total", "parts") and change.total is None and change.parts == ()
    text = said(diff(*runs))
    assert "ไม่ทราบคะแนนรวม" in text and "ไม่ทราบว่ากฎเกณฑ์หรือสมุดงานเปลี่ยนหรือไม่: 1 หน่วยงาน" in text


def test_a_page_that_changed_without_its_figures_is_told(runs):
    make_pack(runs[0], "9901")
    make_pack(runs[1], "9901", files={**FILES, "brief.pdf": b"%PDF other", "annex.xlsx": b"PK other"})
    found = diff(*runs)
    assert only(found).pages == ("brief.pdf",) and not only(found).is_for_readers and found.same == 0
    assert "หน้าเปลี่ยน แต่ตัวเลขที่ manifest บอกเหมือนเดิม 1 หน่วยงาน: 9901" in said(found)


def test_packs_and_failures_that_came_or_went_are_told(runs):
    one, other = runs
    for run, codes in ((one, ("9901", "9902", "9905")), (other, ("9901", "9903", "9905"))):
        for code in codes:
            make_pack(run, code)
    make_failure(one, "9904")
    make_failure(other, "9905")
    (other / "9903" / "manifest.json").write_bytes(b"{")
    make_pack(other, "9906")
    found = diff(one, other)
    assert (found.missing, found.added, found.after.unreadable) == (["9902"], ["9906"], ("9903",))
    text = said(found)
    for told in (
        "ไม่มีชุดแล้ว 1 หน่วยงาน: 9902",
        "ชุดเพิ่ม 1 หน่วยงาน: 9906",
        "รอบหลังทำไม่สำเร็จ 1 หน่วยงาน: 9905",
        "รอบแรกทำไม่สำเร็จ รอบหลังไม่มีข้อขัดข้อง 1 หน่วยงาน: 9904",
        "อ่าน manifest ของรอบหลังไม่ได้ 1 ชุด: 9903",
    ):
        assert told in text


def test_between_two_years_only_comparable_scores_are_compared_and_the_page_says_so(runs):
    after = [finding("E12", 80.0, is_comparable=True), finding("I16", 80.0, is_comparable=False)]
    later = {"fiscal_year_be": 2568, "framework": "demo-2568", "findings": after}
    change = only(both(runs, {"findings": ITEMS}, later))
    assert [pair.code for pair in change.scores] == ["E12"]
    assert "คนละปี: 2567 กับ 2568" in said(diff(*runs))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"framework": "national-2567"}, "ชุดประเมิน demo แต่ b เป็นชุดประเมิน national"),
        ({"is_synthetic": False}, "a เป็นข้อมูลสมมติ แต่ b เป็นข้อมูลจริง"),
        ({"files": {"report.html": b"<p>"}}, "รอบของสรุปสำหรับผู้บริหาร แต่ b เป็นรอบของรายงานผล"),
    ],
)
def test_runs_of_different_things_are_not_compared(runs, changes, told):
    with pytest.raises(UsageError, match=told) as caught:
        both(runs, {}, changes)
    assert caught.value.todo


def test_a_run_without_a_readable_pack_is_not_compared(runs):
    make_run(runs[0])
    make_failure(runs[1], "9901")
    with pytest.raises(UsageError, match="b ไม่มีชุดที่อ่านได้"):
        diff(*runs)


@pytest.mark.parametrize("damage", [{"findings": 7}, {"findings": [None, {"code": 5, "score": "x"}]}, {"inputs": {}}])
def test_a_manifest_of_another_form_costs_no_traceback(runs, damage):
    make_pack(runs[0], "9901", findings=ITEMS)
    folder = make_pack(runs[1], "9901", findings=ITEMS)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **damage}), encoding="utf-8")
    assert said(diff(*runs))


def test_many_agencies_are_counted_and_some_are_named(runs):
    for number in range(25):
        make_pack(runs[0], f"99{number:02}")
    make_pack(runs[0], "9999")
    make_pack(runs[1], "9999")
    text = said(diff(*runs))
    assert "ไม่มีชุดแล้ว 25 หน่วยงาน: 9900" in text and "9919 … และอีก 5" in text and "9920" not in text


def test_the_command_prints_plain_lines_or_json_and_ends_well(runs, ita_here):
    both(runs, {"findings": ITEMS}, {"findings": ITEMS[:1], "agency_name_th": "\x1b[31mเขต"})
    done = ita_here("diff", runs[0], runs[1])
    assert done.returncode == 0 and "I16 (เดิม 83.52)" in done.stdout and "\x1b" not in done.stdout
    assert ita_here("diff", "a", "b", "--output", runs[0].parent).stdout == done.stdout
    (record,) = json.loads(ita_here("diff", "a", "b", "--output", runs[0].parent, "--json").stdout)["agencies"]
    assert record["gone"] == [{"code": "I16", "before": 83.52, "after": None}]
    shutil.rmtree(runs[1])
    done = ita_here("diff", "a", "b", "--output", runs[0].parent)
    assert done.returncode == 1 and "ไม่พบรอบ 'b'" in done.stderr
