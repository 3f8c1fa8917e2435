"""Pictures of evidence as a page shows them: in two sizes, with what they show in words."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from ita_analysis.brief.blocks import Photo
from ita_analysis.brief.sentences import listing, say
from ita_analysis.measures.model import Evidence
from ita_analysis.measures.register import EVIDENCE
from ita_analysis.thai.dates import thai_date


def photo_of(pictures: Mapping[str, bytes], one: Evidence, *, small: bool = False) -> Photo | None:
    """Return the picture of a piece of evidence, or None where the register keeps none.

    Args:
        pictures: the register's pictures by path in its folder.
        one: the row of the evidence table.
        small: the size for a screen is enough.
    """
    if not one.sha256:
        return None
    screen = pictures.get(f"{EVIDENCE}/{one.sha256}-s.jpg", b"")
    named = (f"{EVIDENCE}/{one.sha256}{ending}" for ending in (".jpg", ".png"))
    large = next((pictures[path] for path in named if path in pictures), b"")
    if not large:
        return None
    said = {"kind": one.kind, "key": one.evidence_id, "results": listing(list(one.result_ids))}
    return Photo(
        large=_text(screen if small and screen else large),
        small="" if small else _text(screen),
        alt=say("official.photo_alt", caption=one.caption_th, **said).strip(),
        caption=dated(one.caption_th, one),
    )


def dated(text: str, one: Evidence) -> str:
    """Return a caption with the day of the evidence, where it is known."""
    if one.evidence_date is None:
        return text
    return say("official.photo_day", caption=text, day=thai_date(one.evidence_date)).removeprefix(" · ")


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
