"""Which code of the year before a code answers to, whether the two compare, and how far back a history may go."""

from __future__ import annotations

from ita_analysis.framework.codes import level_of
from ita_analysis.framework.model import Framework, Link, Relation
from ita_analysis.framework.words import words

COMPARABLE: frozenset[Relation] = frozenset({"comparable", "renumbered"})  # relations of the same topic


def counterpart(framework: Framework | None, code: str) -> tuple[str | None, Relation, str]:
    """Return the code of the year before, how the two relate, and the reason in Thai (empty where they compare as is).

    Args:
        framework: the rules of the year of `code`; its `[crosswalk]` says what compares with the year before.
        code: a code of any level. An instrument and a sub-indicator compare where the indicators do.

    Returns:
        `(previous code, relation, reason)`. The code is None where there is none or none is known; `reworded` names
        it though the two scores do not compare (`COMPARABLE` holds the relations that do).
    """
    crosswalk = framework.crosswalk if framework else None
    if crosswalk is None:
        return None, "unknown", words()["relation"]["no_crosswalk"]
    level = level_of(code)
    if level == "item":
        link = crosswalk.link_of.get(code)
        if link is not None:
            return link.previous or None, link.relation, _sentence(link)
        compares = crosswalk.same_code == "comparable" and code not in crosswalk.linked
    else:
        compares = (crosswalk.total if level == "total" else crosswalk.indicators) == "comparable" and level is not None
    if compares:
        return code, "comparable", ""
    return None, "unknown", _joined(words()["relation"]["unknown"], crosswalk.reason_th)


def _sentence(link: Link) -> str:
    said: str = words()["relation"][link.relation]
    return _joined(said.format(previous=link.previous), link.note)


def _joined(sentence: str, note: str) -> str:
    return f"{sentence} ({note})" if sentence and note else sentence or note
