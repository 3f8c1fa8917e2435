"""What a page depends on, as digests: the same rows, peers, rules and parameters give the same key, whoever counts it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ita_analysis.framework import loader
from ita_analysis.scores.answer_counts import COUNTED

if TYPE_CHECKING:  # a plan counts keys without pandas
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ita_analysis.scores.reading import SourceDocument

PATHS = ("source_file", "source_sheet")  # where rows stand changes no page key


def row_digests(frame: pd.DataFrame) -> dict[str, str]:
    """Return per agency the sha256 over its rows of `frame` in their order, all columns but the paths.

    A count that a row does not give changes nothing: other agencies' rows may have such columns.
    """
    return digests_of((frame["agency_code"], row_hashes(frame)))


def row_hashes(frame: pd.DataFrame) -> NDArray[np.integer[Any]]:
    """Return a number for each row of `frame` that stands for all that it holds but the paths."""
    import pandas as pd

    columns = [name for name in frame.columns if name not in (*PATHS, *COUNTED)]
    hashes = pd.util.hash_pandas_object(frame[columns], index=False).to_numpy(dtype="uint64", copy=True)
    for at, name in enumerate(COUNTED):
        if name in frame:
            is_given = frame[name].notna().to_numpy()
            counts = frame[name][is_given].to_numpy(dtype="uint64")
            hashes[is_given] ^= pd.util.hash_array(counts * len(COUNTED) + at)
    return hashes


def digests_of(*parts: tuple[pd.Series[str], NDArray[np.integer[Any]]]) -> dict[str, str]:
    """Return per agency the sha256 over the hashes of its rows, part after part, in their order."""
    import numpy as np

    found: dict[str, Any] = {}
    for agencies, hashes in parts:
        starts = np.flatnonzero(agencies.ne(agencies.shift()).to_numpy(dtype=bool))
        names = agencies.iloc[starts].astype(str)
        for name, own in zip(names, np.split(hashes, starts)[1:], strict=True):
            found.setdefault(name, hashlib.sha256()).update(own.tobytes())
    return {name: digest.hexdigest() for name, digest in found.items()}


def grounds(
    own_files: Collection[str],
    group_files: Collection[str],
    documents: Mapping[str, SourceDocument],
    notes: Sequence[str],
) -> list[Any]:
    """Return the files behind a page, what is said of their documents, and what was recognised in them."""
    used = sorted({*own_files, *group_files})
    said = {file: asdict(documents[file]) for file in used if file in documents}
    return [used, said, [note for note in notes if note.startswith(tuple(used))]]


def key_of(content: Any) -> str:
    """Return the sha256 over plain data, as its JSON says it."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def rule_digest(frameworks: Sequence[str], rules: Sequence[Path]) -> str:
    """Return the sha256 over the rule files of these frameworks; empty where none has one."""
    files = [path for name in frameworks if (path := loader.rule_file(name, rules=rules))]
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest() if sums else ""


def registers_digest(*digests: str) -> str:
    """Return the digest of the registers beside the scores, empty where there is none."""
    return key_of(digests) if any(digests) else ""


def page_key(parts: Mapping[str, str], agency: str, year: int, line: float, as_of: str) -> str:
    """Return the key that stands in a page's footer: rows shown, peer figures, rules, parameters without paths.

    `parts` holds the digests `scores`, `peers`, `rules` and `register`; `as_of` is an ISO date or empty.
    """
    told = [parts[name] for name in ("scores", "peers", "rules", "register")]
    return key_of([*told, agency, year, float(line), as_of])


def report_key(
    parts: Mapping[str, str], agency: str, measures_year_be: int, round_number: int, digits: str, line: float
) -> str:
    """Return the key that stands in a report's footer: register, rows shown, peer figures, rules, parameters."""
    told = [parts[name] for name in ("register", "scores", "peers", "rules")]
    return key_of([*told, agency, measures_year_be, round_number, digits, float(line)])
