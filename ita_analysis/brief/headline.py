"""The head of page 1: what the director would repeat in a meeting, and where the scores come from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from ita_analysis.brief.blocks import Cover
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import decimal, line_text, say, score_text, two_places
from ita_analysis.brief.wording import change_text, direction_word, is_missing, shown_score
from ita_analysis.framework.codes import TOTAL

TWO_LINES = 84  # letters that two lines of the headline hold


def cover(facts: BriefFacts) -> Cover:
    """Return the headline made from facts, the running head and the footer with the page key."""
    return cover_of(facts, "cover", _headline(facts), _subtitle(facts), _record(facts))


def cover_of(
    facts: BriefFacts, words: str, title: str, subtitle: str, record: Mapping[str, Any] | None = None
) -> Cover:
    """Return the cover of a page about one agency and year.

    Args:
        words: the section of the words file that has `eyebrow` and `running_head`.
        record: what the page carries beyond what every page does.
    """
    key = facts.page_key[:8]
    badge = say("common.synthetic") if facts.is_synthetic else say("common.partial") if is_partial(facts) else ""
    names = {"name": facts.name_th, "code": facts.agency_code, "year": facts.fiscal_year_be}
    return Cover(
        eyebrow=say(f"{words}.eyebrow", **names),
        title=title,
        subtitle=subtitle,
        badge=badge,
        running_head=say(f"{words}.running_head", **names),
        footer=say("cover.footer", source=source_name(facts), framework=facts.framework_name, key=key),
        document_date=f"{facts.fiscal_year_be - 543}-09-30",
        page_key=key,
        record={
            "agency_code": facts.agency_code,
            "fiscal_year_be": facts.fiscal_year_be,
            "framework": facts.framework_name,
            "is_synthetic": facts.is_synthetic,
            "page_key": facts.page_key,
            "inputs": dict(sorted(facts.inputs.items())),
            **(record or {}),
        },
    )


def _record(facts: BriefFacts) -> dict[str, Any]:
    """Return what the page is about beyond its agency and year, as the manifest carries it."""
    return {
        "action_line": facts.line,
        "as_of": facts.as_of.isoformat() if facts.as_of else "",
        "documents_missing": facts.documents_missing,
        "key_parts": facts.key_parts,
        "used_files": facts.grounds[0],
        "total": facts.total,
    }


def is_partial(facts: BriefFacts) -> bool:
    """Return whether items are missing, or no item is known at all."""
    return len(facts.unknown) > 0 or facts.items.empty


def repeated(facts: BriefFacts) -> dict[str, int]:
    """Return the findings that were below the line for two years and more, with the number of years, worst first."""
    years = {str(code): int(facts.compared[str(code)]["years_below_line"]) for code in facts.below["code"]}
    return {code: count for code, count in years.items() if count >= 2}


def fallen_most(facts: BriefFacts) -> str | None:
    """Return the survey item that fell most among those that surely fell, None where none did."""
    fallen = [
        (facts.compared[str(code)]["change_points"], str(code))
        for code in facts.items["code"]
        if facts.compared[str(code)]["direction"] == "lower"
    ]
    return min(fallen)[1] if fallen else None


def _letters(text: str) -> int:
    """Return how many letters stand beside each other; Thai marks above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def _named(facts: BriefFacts, code: str) -> str:
    return " ".join(filter(None, [code, facts.topic_th(code)]))


def _headline(facts: BriefFacts) -> str:
    shown = line_text(facts.line)
    if len(facts.below):
        worst = facts.below.iloc[0]
        again, fallen = repeated(facts), fallen_most(facts)
        key = "cover.below_of_known" if is_partial(facts) else "cover.below"
        parts = [say(key, count=len(facts.below), assessed=len(facts.items), line=shown)]
        if again:
            parts.append(say("cover.again", count=len(again)))
        if again and fallen:
            ends = [say("cover.fallen", item=item) for item in (_named(facts, fallen), fallen)]
        else:
            code, score = str(worst["code"]), shown_score(facts, worst["score"])
            ends = [say("cover.worst", item=f"{item} {score}") for item in (_named(facts, code), code)]
        titles = [" ".join([*parts, end]) for end in ends]
        return next((title for title in titles if _letters(title) <= TWO_LINES), titles[-1])
    if len(facts.items):
        nearest = facts.items.iloc[int(facts.items["score"].argmin())]
        name = f"{nearest['code']} {shown_score(facts, nearest['score'])}"
        return say("cover.none", assessed=len(facts.items), line=shown, nearest=name)
    if facts.total is not None:
        return say("cover.total", year=facts.fiscal_year_be, total=score_text(facts.total))
    return say("cover.other", count=len(facts.now))


def source_name(facts: BriefFacts) -> str:
    """Return the names of the files that this year's scores stand in."""
    files = list(dict.fromkeys(facts.now["source_file"]))
    return " · ".join(file.rpartition("/")[2] for file in files)


def _subtitle(facts: BriefFacts) -> str:
    sentences = [_about_total(facts), _about_document(facts)]
    if not any(sentences):
        sentences = [_about_source(facts)]
    return " ".join(sentence for sentence in sentences if sentence)


def _about_total(facts: BriefFacts) -> str:
    """Return how the total moved, beside its peers where they are known."""
    moved = facts.compared.get(TOTAL)
    if facts.total is None or moved is None or facts.items.empty:
        return ""
    text = say("cover.total_is", total=score_text(facts.total))
    if moved["is_comparable"]:
        year = facts.fiscal_year_be - 1
        word = direction_word(moved["direction"])
        key = "cover.moved" if moved["direction"] in ("higher", "lower") else "cover.moved_little"
        points = two_places(abs(decimal(moved["change_points"])))
        text += " " + say(key, word=word, points=points, change=change_text(moved["change_points"]), year=year)
        beside = facts.standing.get(TOTAL)
        if beside is not None and beside["n_changes"] > 1 and not is_missing(beside["median_change_points"]):
            typical = change_text(beside["median_change_points"])
            text += " " + say("cover.peers_moved", count=facts.group_size, change=typical)
    return text


def _about_document(facts: BriefFacts) -> str:
    """Return what one missing document costs, where exactly that is known."""
    missing = facts.documents_missing or []
    gains = [facts.priorities[code]["points_to_full"] for code in missing if code in facts.priorities]
    if len(missing) != 1 or not gains or is_missing(gains[0]):
        return ""
    return say("cover.document", code=missing[0], points=two_places(decimal(gains[0])))


def _about_source(facts: BriefFacts) -> str:
    file = str(facts.now["source_file"].iloc[0])
    if document := facts.documents.get(file):
        text = say("cover.from_document", document=document.document_th)
        if document.says_not_th:
            text += say("cover.says_not", says_not=document.says_not_th)
    else:
        text = say("cover.from_file", file=source_name(facts))
    if facts.scores["fiscal_year_be"].nunique() == 1 and not facts.standing:
        text += " " + say("cover.nothing_to_compare")
    return text
