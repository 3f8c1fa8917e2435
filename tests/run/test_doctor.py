"""`ita doctor`: each check is green here, and says a sentence and a way out when what it checks is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PROJECT, ita

from ita_analysis.run import doctor
from ita_analysis.thai import fonts


def broken(result, word=""):
    assert not result.ok and result.todo
    assert word in result.said
    return True


def test_every_check_is_green_on_this_machine(tmp_path):
    results = [doctor.run_check(name, look) for name, look in doctor.checks(tmp_path / "outputs").items()]
    assert [result.name for result in results if not result.ok] == []
    assert [result.name for result in results] == list(doctor.checks(tmp_path))
    assert not any(result.todo for result in results)
    assert not (tmp_path / "outputs").exists()  # looking makes nothing


def test_a_missing_and_an_old_package_are_named(monkeypatch):
    monkeypatch.setattr(
        doctor, "requires", lambda _: ["no-such-package>=1", "pandas>=99.1", "typer", 'ruff>=99; extra == "dev"']
    )
    result = doctor.versions()
    assert broken(result, "no-such-package") and "pandas" in result.said and "99.1" in result.said
    assert "typer" not in result.said and "ruff" not in result.said


@pytest.mark.parametrize(
    ("found", "least", "enough"),
    [
        ("2.10", "2.9", True),
        ("2.9", "2.10", False),
        ("1.2.0", "1.2", True),
        ("1.2", "1.2.0", True),
        ("3.0rc1", "3", True),
    ],
)
def test_versions_compare_as_numbers(found, least, enough):
    assert (doctor._number(found) >= doctor._number(least)) is enough


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    result = doctor.can_write("write-outputs", tmp_path / "file" / "outputs", "เลือกโฟลเดอร์อื่นด้วย --output")
    assert broken(result, "เขียนลง") and "--output" in result.todo


def test_writing_is_tried_where_the_folder_would_be_made_and_leaves_nothing(tmp_path):
    assert doctor.can_write("write-outputs", tmp_path / "a" / "b", "").ok
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_numbers(tmp_path):
    assert broken(doctor.has_room("disk-outputs", tmp_path, needed=10**18), "GB")


def test_fonts_that_cannot_be_built_are_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "file"))
    result = doctor.run_check("fonts", doctor.fonts)
    assert broken(result) and "ITA_CACHE" in result.todo


def test_a_font_that_is_not_there_is_found_by_shaping(monkeypatch):
    monkeypatch.setattr(fonts, "PDF_FAMILY", "No Such Font")
    assert broken(doctor.shaping(), "ที่")


def test_the_stock_font_is_found_by_shaping(monkeypatch):
    monkeypatch.setattr(fonts, "PDF_FAMILY", "Sarabun")
    monkeypatch.setattr(fonts, "font_folder", lambda: fonts.stock_font("Regular").parent)
    assert broken(doctor.shaping(), "ที่")


def test_a_kernel_that_does_not_start_is_said(monkeypatch):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    monkeypatch.setattr(doctor, "KERNEL_S", 5)
    dead = KernelSpec(argv=[sys.executable, "-c", "raise SystemExit(3)"], language="python", display_name="x")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name: dead)
    assert broken(doctor.run_check("kernel", doctor.kernel), "kernel")


def test_a_kernel_that_finds_another_package_of_our_name_is_said(tmp_path, monkeypatch):
    (tmp_path / "ita_analysis").mkdir()
    (tmp_path / "ita_analysis" / "__init__.py").write_text("raise ImportError('older')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert broken(doctor.run_check("kernel", doctor.kernel), "ImportError: older")


def test_a_check_that_falls_over_has_failed():
    def falls():
        raise RuntimeError("boom")

    assert broken(doctor.run_check("x", falls), "boom")


def test_the_verb_prints_a_line_each_and_ends_with_0(tmp_path):
    done = ita("doctor", "--output", tmp_path)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == len(doctor.checks(tmp_path)) and all(line.startswith("ผ่าน") for line in lines)


def test_the_verb_ends_with_4_and_says_what_to_do(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    done = ita("doctor", "--output", tmp_path / "file" / "outputs", "--json", ITA_CACHE=str(tmp_path / "file"))
    assert done.returncode == 4 and "Traceback" not in done.stderr
    failed = {result["name"]: result for result in json.loads(done.stdout)["checks"] if not result["ok"]}
    assert {"write-outputs", "write-cache", "fonts", "kernel"} <= set(failed)
    assert all(result["said"] and result["todo"] for result in failed.values())


def test_the_doctor_needs_no_notebook_machinery(tmp_path):
    script = (
        "import sys; from pathlib import Path; from ita_analysis.run import doctor\n"
        "found = [doctor.run_check(*pair) for pair in doctor.checks(Path(sys.argv[1])).items()]\n"
        "assert all(result.ok for result in found), found\n"
        "heavy = {'nbformat', 'papermill', 'nbconvert', 'matplotlib', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=Path(tmp_path),
    )
    assert done.returncode == 0, done.stderr
