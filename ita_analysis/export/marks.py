"""The marks of proof, drawn: no font of ours has them. Their meaning in words goes along for who can't see them."""

from __future__ import annotations

from functools import cache

from ita_analysis.brief.blocks import Tone
from ita_analysis.measures.proof import proofs

COLOURS: dict[Tone, str] = {
    **{"ink": "#1f2933", "muted": "#5b6770", "accent": "#0b5c8a"},
    **{"below": "#b3261e", "above": "#1b6e4b", "waiting": "#7a4f00"},
}
_SHAPES = {
    "proven": '<circle cx="5" cy="5" r="4.6" fill="{colour}"/>',
    "shown": '<circle cx="5" cy="5" r="4" fill="none" stroke="{colour}" stroke-width="1.3"/>'
    '<path d="M5 1a4 4 0 0 0 0 8z" fill="{colour}"/>',
    "claimed": '<circle cx="5" cy="5" r="4" fill="none" stroke="{colour}" stroke-width="1.3"/>',
    "none": '<path d="M1.6 1.6 8.4 8.4M8.4 1.6 1.6 8.4" fill="none" stroke="{colour}" stroke-width="2"/>',
}


@cache
def drawing_of(mark: str, colour: str) -> str:
    """Return the drawing of a mark as SVG, ten units wide and high."""
    shape = _SHAPES[mark].format(colour=colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{shape}</svg>'


@cache
def meaning_of(mark: str) -> str:
    """Return what a mark says, in words."""
    return next(proof.legend_th for proof in proofs() if proof.name == mark)
