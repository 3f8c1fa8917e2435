"""The shipped figures against the documents that they were taken from, where those lie beside the repository."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"

pytestmark = pytest.mark.shared


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_score_of_sathon_is_the_reports_score():
    printed = {row["item_code"]: float(row["score"]) for row in rows(SHARED / "domain" / "sathon" / "items.csv")}
    ranges = {"9": "O1-O22", "10": "O23-O30"}
    shipped = {
        ranges.get(row["code"], row["code"]): float(row["score"])
        for row in rows(PROJECT / "data" / "published" / "sathon-2566.csv")
    }
    print(f"{len(shipped)} scores compared")
    assert len(shipped) == 29
    assert shipped == printed


def test_every_district_has_its_official_code():
    official = {row["code"]: f"สำนักงานเขต{row['name_th']}" for row in rows(SHARED / "domain" / "districts.csv")}
    listed = {row["code"]: row["name_th"] for row in rows(PROJECT / "data" / "agencies.csv")}
    print(f"{len(official)} districts compared")
    assert len(official) == 50
    assert {code: listed.get(code) for code in official} == official


def test_every_published_total_stands_in_the_source():
    source = {
        (
            row["agency_th"].removesuffix(" (สสว.)"),
            row["fiscal_year_be"],
            row["code"] or row["level"],
            float(row["score"]),
        )
        for row in rows(SHARED / "domain" / "scores-published.csv")
    }
    files = ("national.csv", "bangkok-district.csv", "police-station.csv", "amphoe.csv")
    shipped = [row for name in files for row in rows(PROJECT / "data" / "published" / name)]
    keys = [(row["agency_name_th"], row["fiscal_year_be"], row["code"], float(row["score"])) for row in shipped]
    print(f"{len(keys)} figures compared")
    assert len(keys) > 80
    assert [key for key in keys if key not in source] == []


def test_no_sentence_of_the_report_stands_in_the_project():
    sentences = {row["item_text_th"] for row in rows(SHARED / "domain" / "sathon" / "items.csv")}
    sentences |= {row["measure_th"] for row in rows(SHARED / "domain" / "sathon" / "measures.csv")}
    sentences = {text for text in sentences if len(text) > 30}
    endings = {".py", ".toml", ".csv", ".md", ".txt", ".ipynb"}
    folders = [PROJECT / name for name in ("ita_analysis", "data", "notebooks", "docs", "tests")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in endings]
    found = [
        (path.name, text[:40]) for path in files for text in sentences if text in path.read_text(encoding="utf-8-sig")
    ]
    print(f"{len(sentences)} sentences looked for in {len(files)} files")
    assert len(sentences) > 50
    assert found == []
