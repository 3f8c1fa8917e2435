"""Tiny tables for the tests of the analysis: scores by code and a rule file by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ita_analysis.framework.codes import level_of
from ita_analysis.framework.model import Framework

COLUMNS = [
    "agency_code",
    "agency_name_th",
    "fiscal_year_be",
    "framework",
    "level",
    "code",
    "score",
    "respondents",
    "is_synthetic",
    "note_th",
    "source_file",
    "source_sheet",
    "source_row",
]


def scores(
    given: Mapping[str, float] | None = None,
    *,
    agency: str = "9901",
    year: int = 2567,
    scheme: str = "demo",
    respondents: int | None = None,
    is_synthetic: bool = True,
    **by_code: float,
) -> pd.DataFrame:
    """Return tidy scores of one agency and year: `scores(I1=90.0)`, or `scores({"9": 100.0})` where no name fits."""
    rows = [
        {
            "agency_code": agency,
            "agency_name_th": f"หน่วยงาน {agency}",
            "fiscal_year_be": year,
            "framework": f"{scheme}-{year}",
            "level": level_of(code),
            "code": code,
            "score": float(score),
            "respondents": None if code.startswith("O") else respondents,
            "is_synthetic": is_synthetic,
            "note_th": "",
            "source_file": "tiny.csv",
            "source_sheet": "",
            "source_row": row,
        }
        for row, (code, score) in enumerate({**(given or {}), **by_code}.items(), start=2)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"respondents": "Int64", "score": float})


_FACT = {"source": "test", "confidence": "verified"}
INSTRUMENTS = {"I": ("IIT", "survey", 0.3), "E": ("EIT", "survey", 0.3), "O": ("OIT", "documents", 0.4)}


def framework(
    items: Mapping[str, str | tuple[str, ...]] | None = None,
    *,
    indicators: Mapping[str, str] | None = None,
    sub_indicators: Mapping[str, str] | None = None,
    listed: str = "complete",
    weights: Mapping[str, float | None] | None = None,
    parts: Mapping[str, Mapping[str, float]] | None = None,
    year: int = 2567,
) -> Framework:
    """Return a rule file: items by code -> parents, indicators by code -> instrument, parts by instrument."""
    of_instrument = dict(indicators or {"1": "IIT", "6": "EIT", "9": "OIT"})
    divided = set((sub_indicators or {}).values())
    below = {
        parent for parents in (items or {}).values() for parent in ([parents] if isinstance(parents, str) else parents)
    }

    def mean_of(code: str) -> str:
        return "sub-indicators" if code in divided else "items" if code in below else "unknown"

    shares = {name: weight for name, _, weight in INSTRUMENTS.values()} | dict(weights or {})
    return Framework.model_validate(
        {
            "schema_version": 1,
            "scheme": "demo",
            "scheme_th": "ข้อมูลสมมติ",
            "fiscal_year_be": year,
            "is_synthetic": True,
            "sources": {"test": "made for the test"},
            "instruments": tuple(
                {
                    "code": name,
                    "name_th": name,
                    "short_th": name,
                    "kind": kind,
                    "weight": shares[name],
                    "items_listed": listed,
                    "parts": tuple(
                        {"code": part, "name_th": part, "share": share, **_FACT}
                        for part, share in (parts or {}).get(name, {}).items()
                    ),
                    **_FACT,
                }
                for name, kind, _ in INSTRUMENTS.values()
                if name in of_instrument.values()
            ),
            "indicators": tuple(
                {"code": code, "name_th": code, "instrument": instrument, "mean_of": mean_of(code), **_FACT}
                for code, instrument in of_instrument.items()
            ),
            "sub_indicators": tuple(
                {"code": code, "name_th": code, "indicator": indicator, **_FACT}
                for code, indicator in (sub_indicators or {}).items()
            ),
            "items": tuple(
                {
                    "code": code,
                    "topic_th": f"หัวข้อ {code}",
                    "parents": (parents,) if isinstance(parents, str) else tuple(parents),
                    "status": "known" if isinstance(parents, str) or len(parents) == 1 else "open",
                    **_FACT,
                }
                for code, parents in (items or {}).items()
            ),
        }
    )
