"""The head of an analyst's page that is about more than one agency."""

from __future__ import annotations

import pandas as pd

from ita_analysis.brief.blocks import Cover
from ita_analysis.brief.sentences import say


def page_cover(*, title: str, eyebrow: str, rows: pd.DataFrame, framework: str, key: str) -> Cover:
    """Return a cover: made-up rows say so, the footer names the files, the framework and the page key.

    `key` is a sha256 over what the page shows.
    """
    files = [file.rpartition("/")[2] for file in sorted(rows["source_file"].astype(str).unique())]
    year = int(framework.rpartition("-")[2])
    return Cover(
        eyebrow=eyebrow,
        title=title,
        badge=say("common.synthetic") if rows["is_synthetic"].any() else "",
        running_head=eyebrow,
        footer=say("cover.footer", source=" · ".join(files), framework=framework, key=key[:8]),
        document_date=f"{year - 543}-09-30",
        page_key=key[:8],
    )
