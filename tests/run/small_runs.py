"""Small runs on disk, made without a notebook: packs with manifests like real ones, failed agencies, a city."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ita_analysis.run import index, pack

FILES = {
    "brief.html": b"<p>page</p>",
    "brief.pdf": b"%PDF-1.7 page",
    "annex.xlsx": b"PK annex",
    "executed.ipynb": b"{}",
}
DIGEST = "a1" * 32


def finding(code: str, score: float, **changes: Any) -> dict[str, Any]:
    """Return one record of a manifest's findings."""
    gap = {"gap_points": round(90 - score, 2), "previous_score": None, "is_comparable": False, "change_points": None}
    return {"code": code, "score": score, **gap, "few_respondents": False, **changes}


def make_pack(
    run: Path,
    code: str,
    name: str = "",
    *,
    findings: Sequence[Mapping[str, Any]] = (),
    files: Mapping[str, bytes] = FILES,
    **changes: Any,
) -> Path:
    """Publish a pack and return its folder; `changes` go into its manifest."""
    manifest = {
        "agency_code": code,
        "agency_name_th": name or f"หน่วยงาน {code}",
        "fiscal_year_be": 2567,
        "framework": "demo-2567",
        "is_synthetic": True,
        "parameters": {"agency": code, "fiscal_year_be": 2567, "action_line": 90.0},
        "inputs": [{"path": "data/synthetic/demo.csv", "sha256": DIGEST}],
        "total": 91.5,
        "findings": list(findings),
        "documents_missing": [],
        "page_key": DIGEST,
        "cache_key": DIGEST,
        "key_parts": {"scores": "s", "peers": "p", "rules": "r", "notebook": "n"},
        "versions": {"ita-analysis": "0.1.0"},
        "run": run.name,
        **changes,
    }
    # a file says whose it is, so that no two packs hold the same
    own = {file: data + b" of " + code.encode() if file != "executed.ipynb" else data for file, data in files.items()}
    return pack.publish(run, code, own, manifest, time.monotonic())


def make_failure(run: Path, code: str, why: str = "เซลล์ 3: ValueError") -> Path:
    """Publish a reason folder and return it."""
    reason = {"agency_code": code, "agency_name_th": f"หน่วยงาน {code}", "fiscal_year_be": 2567, "why": why}
    files = {"reason.html": b"why", "failed.ipynb": b"{}", "reason.json": json.dumps(reason).encode()}
    return pack.publish_failure(run, code, files)


def make_run(run: Path, codes: Sequence[str] = ("9901", "9902"), *, city: bool = False) -> Path:
    """Publish a whole run with its page and return it."""
    for code in codes:
        make_pack(run, code)
    if city:
        manifest = {"fiscal_year_be": 2567, "framework": "demo-2567", "is_synthetic": True}
        pack.publish(
            run, "city", {"overview.html": b"<p>city", "overview.pdf": b"%PDF city"}, manifest, time.monotonic()
        )
    index.write_index(run)
    return run
