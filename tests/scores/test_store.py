"""Checked scores are remembered by their bytes, and never believed beyond them."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from score_files import row, write_scores

from ita_analysis.scores import bounded, inputs, reading, store


@pytest.fixture
def remembered(monkeypatch, tmp_path):
    """A store of its own that takes files of any size; the folder it fills."""
    monkeypatch.setattr(store, "SMALLEST", 0)
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "scores"


def same(one: reading.Reading, other: reading.Reading) -> bool:
    pd.testing.assert_frame_equal(one.frame, other.frame)
    return (one.problems, one.notes, one.named, one.documents) == (
        other.problems,
        other.notes,
        other.named,
        other.documents,
    )


def count_checks(monkeypatch) -> list[int]:
    """Return a list that grows by one each time rows are checked anew."""
    checks: list[int] = []
    check = reading.contract.check
    monkeypatch.setattr(reading.contract, "check", lambda raw, **more: checks.append(1) or check(raw, **more))
    return checks


def test_the_second_reading_is_the_first_one_again_without_checking(remembered, monkeypatch, tmp_path):
    path = write_scores(tmp_path / "a.csv", [row("I1"), row("I2", "x"), row("I3", fiscal_year_be="2023")])
    checks = count_checks(monkeypatch)
    first = reading.read([path])
    second = reading.read([path])
    assert same(first, second) and len(first.problems) >= 1
    assert len(checks) == 1


def test_other_bytes_are_checked_anew(remembered, monkeypatch, tmp_path):
    checks = count_checks(monkeypatch)
    reading.read([write_scores(tmp_path / "a.csv", [row("I1", "95.01")])])
    again = reading.read([write_scores(tmp_path / "a.csv", [row("I1", "95.02")])])
    assert again.frame["score"].tolist() == [95.02]
    assert len(checks) == 2


def test_a_damaged_entry_is_checked_anew(remembered, monkeypatch, tmp_path):
    path = write_scores(tmp_path / "a.csv", [row("I1")])
    first = reading.read([path])
    checks = count_checks(monkeypatch)
    for damaged in sorted(remembered.rglob("*.*")):
        damaged.write_bytes(damaged.read_bytes()[:-3])
        assert same(reading.read([path]), first)
    assert checks


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SMALLEST", 0)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "file"))
    assert len(reading.read([write_scores(tmp_path / "a.csv", [row("I1")])]).frame) == 1


def test_only_the_newest_entries_are_kept(remembered, tmp_path):
    for number in range(store.KEPT + 3):
        reading.read([write_scores(tmp_path / "a.csv", [row("I1", f"90.{number:02d}")])])
    assert len(list(remembered.iterdir())) == store.KEPT


def test_small_files_are_not_stored(monkeypatch, tmp_path):
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))
    reading.read([write_scores(tmp_path / "a.csv", [row("I1")])])
    assert not (tmp_path / "cache").exists()


def test_the_shipped_data_come_back_equal_from_the_store(monkeypatch, tmp_path):
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))
    assert same(reading.read(), reading.read())
    assert len(list((tmp_path / "cache" / "scores").iterdir())) == 1


def test_an_agency_comes_back_alone_with_the_very_rows_of_the_whole(remembered, monkeypatch):
    monkeypatch.setattr(store, "ROWS", (500, 500))  # agencies lie across row groups
    held, kept = reading.read(), reading.read()
    assert held.scores.entry == kept.scores.entry is not None
    for code in ("9901", "9907", "9950", "1028", "P001"):
        pd.testing.assert_frame_equal(
            kept.of_agency(code), kept.frame[kept.frame["agency_code"] == code].reset_index(drop=True)
        )
    assert kept.of_agency("9999").empty


def test_a_large_file_is_known_again_by_size_and_times_and_read_when_they_differ(remembered, monkeypatch, tmp_path):
    monkeypatch.setattr(inputs, "LARGE", 0)
    monkeypatch.setattr(inputs, "SETTLED_NS", 0)
    path = write_scores(tmp_path / "a.csv", [row("I1", "95.01")])
    reads: list[Path] = []
    read_input = bounded.read_input
    monkeypatch.setattr(bounded, "read_input", lambda path: reads.append(path) or read_input(path))
    first, second = reading.read([path]), reading.read([path])
    assert reads == [path] and same(first, second) and first.files[0].sha256 == second.files[0].sha256
    write_scores(path, [row("I1", "95.02")])
    assert reading.read([path]).frame["score"].tolist() == [95.02]
    assert reads == [path, path]


def test_a_large_file_that_changed_just_before_it_was_read_is_read_again(remembered, monkeypatch, tmp_path):
    monkeypatch.setattr(inputs, "LARGE", 0)
    path = write_scores(tmp_path / "a.csv", [row("I1", "95.01")])
    reading.read([path])
    moment = path.stat()
    write_scores(path, [row("I1", "95.02")])
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert reading.read([path]).frame["score"].tolist() == [95.02]
