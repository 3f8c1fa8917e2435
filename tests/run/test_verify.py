"""Every pack against its manifest: whatever is damaged later is found and named, and nothing else is."""

import json
import os
import shutil
import time
from collections import Counter

import pytest
from small_runs import FILES, make_failure, make_pack, make_run

from ita_analysis.run import pack, verify
from ita_analysis.run.integrity import verify_pack
from ita_analysis.run.seal import seal_of


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "brief-2567", ("9901", "9902"), city=True)


def found(folder):
    return [(problem.code, problem.file.partition("/")[2]) for problem in verify_pack(folder)]


def edit(folder, **changes):
    """Change what a manifest says, its seal too, as someone who knows our format could."""
    path = folder / "manifest.json"
    manifest = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    manifest["seal"] = seal_of(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def test_a_whole_run_has_no_problem_and_says_what_was_looked_at(run):
    checked = verify.verify_run(run)
    assert checked.all == [] and (checked.packs, checked.files) == (3, 2 * 5 + 3)
    assert checked.size == sum(
        path.stat().st_size for path in run.rglob("*/*") if path.name != "manifest.json" and path.is_file()
    )


# --- damage of one file, systematically: every way of breaking, on every file of a pack and of the city


def cut(path):
    path.write_bytes(path.read_bytes()[:-2])  # more than a last line end


def empty(path):
    path.write_bytes(b"")


def longer(path):
    path.write_bytes(path.read_bytes() + b" ")


def flip(path, at=0, bit=1):
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(bytes(data))


def zeros(path):
    path.write_bytes(bytes(path.stat().st_size))


def remove(path):
    path.unlink()


def link(path):
    path.rename(path.parent.parent / f"{path.name}.real")
    path.symlink_to(path.parent.parent / f"{path.name}.real")


def dead_link(path):
    path.unlink()
    path.symlink_to("nowhere")


def folder(path):
    path.unlink()
    path.mkdir()


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def swap(path):
    other = next(name for name in sorted(path.parent.iterdir()) if name.name not in (path.name, "manifest.json"))
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


DAMAGES = {
    cut: "file-cut",
    empty: "file-cut",
    longer: "file-longer",
    flip: "file-changed",
    zeros: "file-changed",
    remove: "file-missing",
    link: "file-linked",
    dead_link: "file-linked",
    folder: "file-stray",
    pipe: "file-stray",
    swap: "file-swapped",
}
OF_MANIFEST = {
    **dict.fromkeys((cut, empty, flip, zeros), "manifest-unreadable"),
    **dict.fromkeys((remove, folder, pipe), "manifest-missing"),
    **dict.fromkeys((link, dead_link), "manifest-linked"),
}


def test_every_damage_of_every_file_is_found_and_named_and_the_other_packs_stay_good(run, tmp_path):
    counted = Counter()
    for name in ("9901", "city"):
        for file in sorted(path.name for path in (run / name).iterdir()):
            for damage, code in (OF_MANIFEST if file == "manifest.json" else DAMAGES).items():
                copy = tmp_path / "copy" / run.name
                shutil.copytree(run, copy, symlinks=True)
                damage(copy / name / file)
                checked = verify.verify_run(copy)
                assert set(checked.problems) == {name}, (damage.__name__, file)
                assert (code, f"{name}/{file}") in [(one.code, one.file) for one in checked.all], damage.__name__
                assert checked.damaged == ([] if name == "city" else [name])
                counted[code] += 1
                shutil.rmtree(tmp_path / "copy")
    assert counted.total() == (4 + 2) * len(DAMAGES) + 2 * len(OF_MANIFEST) == 84
    assert set(counted) == {*DAMAGES.values(), *OF_MANIFEST.values()}


def test_any_flipped_byte_of_a_manifest_is_found_or_changes_nothing_that_it_says(run):
    pack_folder = run / "9901"
    path = pack_folder / "manifest.json"
    good, whole = path.read_bytes(), json.loads(path.read_text(encoding="utf-8"))
    harmless = 0
    for at in range(len(good)):
        flip(path, at, 1 << at % 8)
        if not verify_pack(pack_folder):
            said = json.loads(path.read_bytes())
            assert {**said, "seconds": 0, "run": ""} == {**whole, "seconds": 0, "run": ""}
            harmless += 1
        path.write_bytes(good)
    assert 0 < harmless < len(good) / 4  # blanks, the seconds, the run's name
    assert not verify_pack(pack_folder)


# --- manifests that are whole and of something else


def test_a_manifest_or_pack_of_another_agency_is_foreign(run):
    shutil.copy(run / "9902" / "manifest.json", run / "9901" / "manifest.json")
    assert found(run / "9901") == [("manifest-foreign", "manifest.json")]
    shutil.rmtree(run / "9901")
    shutil.copytree(run / "9902", run / "9901")
    assert found(run / "9901") == [("manifest-foreign", "manifest.json")]


def test_the_manifest_of_a_later_making_does_not_fit_the_older_files(run, tmp_path):
    later = make_pack(tmp_path / "later", "9901", files={**FILES, "brief.pdf": b"%PDF-1.7 PAGE"})
    shutil.copy(later / "manifest.json", run / "9901" / "manifest.json")
    assert found(run / "9901") == [("file-changed", "brief.pdf")]


def test_a_pack_of_a_later_version_of_ours_is_named(run):
    edit(run / "9901", versions={"ita-analysis": "99.0"})
    assert found(run / "9901") == [("manifest-newer", "manifest.json")]
    edit(run / "9901", versions={"ita-analysis": "0.0.9"})
    assert found(run / "9901") == []


def test_a_figure_edited_in_a_manifest_is_found_by_its_seal(run):
    path = run / "9901" / "manifest.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("91.5", "99.5"), encoding="utf-8")
    assert found(run / "9901") == [("manifest-changed", "manifest.json")]
    path.write_text(text.replace('"seal"', '"sela"'), encoding="utf-8")
    assert found(run / "9901") == [("manifest-unsealed", "manifest.json")]


@pytest.mark.parametrize("name", ["../9902/brief.pdf", "/etc/passwd", "a\\b", "..", ".", "", "manifest.json", 7, None])
def test_a_manifest_that_lists_paths_is_unreadable(run, name):
    edit(run / "9901", outputs=[{"path": name, "sha256": "0" * 64, "bytes": 0}])
    assert found(run / "9901") == [("manifest-unreadable", "manifest.json")]


def test_a_file_that_no_manifest_names_is_a_stray(run):
    (run / "9901" / "notes.txt").write_text("x", encoding="utf-8")
    (run / "9901" / ".hidden").symlink_to("/etc/hostname")
    assert found(run / "9901") == [("file-stray", ".hidden"), ("file-stray", "notes.txt")]


@pytest.mark.parametrize(
    "changes", [{"framework": "demo-2566", "fiscal_year_be": 2566}, {"is_synthetic": False}, {"framework": "x-2567"}]
)
@pytest.mark.parametrize("has_record", [True, False])
def test_a_whole_pack_of_another_year_scheme_or_kind_is_foreign(run, changes, has_record):
    make_pack(run, "9903", **changes)
    if not has_record:
        (run / "run.json").unlink()
    named = [(problem.code, problem.file) for problem in verify.verify_run(run).problems["9903"]]
    assert named == [("manifest-foreign", "9903/manifest.json")]


# --- the run


def test_a_pack_that_the_record_promises_and_is_gone_is_named(run):
    shutil.rmtree(run / "9902")
    checked = verify.verify_run(run)
    assert [(problem.code, problem.file) for problem in checked.all] == [("folder-missing", "9902")]
    assert checked.damaged == ["9902"]


def test_a_pack_that_is_a_link_is_named(run, tmp_path):
    (run / "9902").rename(tmp_path / "elsewhere")
    (run / "9902").symlink_to(tmp_path / "elsewhere")
    assert [problem.code for problem in verify.verify_run(run).all] == ["folder-linked"]


def test_a_missing_page_of_the_run_is_named_and_no_pack_is_blamed(run):
    (run / "index.html").unlink()
    checked = verify.verify_run(run)
    assert [(problem.code, problem.file) for problem in checked.all] == [("page-missing", "index.html")]
    assert checked.damaged == []


def test_a_failed_agency_is_counted_and_is_no_damage(run):
    make_failure(run, "9903")
    checked = verify.verify_run(run)
    assert checked.all == [] and checked.failed == 1


# --- the command


def test_the_command_says_that_all_is_good(run, ita_here):
    done = ita_here("verify", run)
    assert done.returncode == 0 and "3 ชุด · 13 ไฟล์" in done.stdout and done.stderr == ""
    assert json.loads(ita_here("verify", "brief-2567", "--output", run.parent, "--json").stdout)["problems"] == []


def test_the_command_names_every_fault_and_the_order_that_makes_only_these_again(run, ita_here):
    cut(run / "9901" / "brief.pdf")
    done = ita_here("verify", run)
    assert done.returncode == 1 and "9901/brief.pdf: พบ 19 ไบต์ (ขาด) · ต้องเป็น 21 ไบต์" in done.stdout
    assert f"ita brief --agency 9901 --year 2567 --run brief-2567 --output {run.parent}" in done.stderr
    remove(run / "9902" / "annex.xlsx")
    done = ita_here("verify", run)
    assert len(done.stdout.splitlines()) == 2 and "พบ 2 จุด" in done.stderr and "ใน 2 ชุด จาก 3 ชุด" in done.stderr
    assert f"ita batch --year 2567 --run brief-2567 --output {run.parent} --verify" in done.stderr
    record = json.loads(ita_here("verify", run, "--json").stdout)
    assert record["damaged"] == ["9901", "9902"] and [one["code"] for one in record["problems"]] == [
        "file-cut",
        "file-missing",
    ]


def test_a_hostile_name_cannot_steer_the_terminal(run, ita_here):
    (run / "9901" / "\x1b[31m\u202e.txt").write_text("x", encoding="utf-8")
    done = ita_here("verify", run)
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout and "[U+001B]" in done.stdout


def test_an_unknown_run_names_the_nearest(run, ita_here):
    done = ita_here("verify", "brief-2568", "--output", run.parent)
    assert done.returncode == 1 and "brief-2567" in done.stderr


def test_the_shipped_case_is_as_it_was_made(sathon_run):
    assert verify.verify_run(sathon_run).all == []


def test_a_seal_does_not_hang_on_time_or_run(tmp_path):
    seals = set()
    for name in ("a", "b"):
        folder = pack.publish(
            tmp_path / name, "9901", FILES, {"agency_code": "9901", "run": name}, time.monotonic() - 5
        )
        seals.add(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["seal"])
    assert len(seals) == 1
