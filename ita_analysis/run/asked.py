"""The agencies that an operator names: by code, name or alias, in a list or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ita_analysis.errors import InputError, Problem, UnknownNameError, nearest
from ita_analysis.run.wanted import Agency, Wanted
from ita_analysis.run.wording import say
from ita_analysis.scores.agencies import is_synthetic_code, known_agencies


def read_agencies(given: str) -> tuple[str, ...]:
    """Return the codes and names of `--agencies`: a list with commas, or a file with one a line (or the first column).

    Raises:
        InputError: the file can't be read, or nothing is named.
    """
    text = given
    if Path(given).suffix or Path(given).is_file():
        try:
            text = Path(given).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except (OSError, ValueError) as error:
            raise InputError(say("plan.list_unreadable", file=given), todo=say("plan.list_todo")) from error
        text = "\n".join(row.partition(",")[0] for row in text.split("\n") if not row.lower().startswith("agency_code"))
    names = [part.strip().strip('"') for part in text.replace("\n", ",").split(",")]
    found = tuple(dict.fromkeys(name for name in names if name and not name.startswith("#")))
    if not found:
        raise InputError(say("plan.list_empty", file=given), todo=say("plan.list_todo"))
    return found


def asked(wishes: Sequence[str], year: int, known: Wanted) -> dict[int, dict[str, Agency]]:
    """Return the agencies that were asked for by name, by the number of their group.

    One that is known and has no scores of the year comes with the problem that says so: it is a failed agency, never
    left out in silence.

    Raises:
        UnknownNameError: nobody knows some of them; all are told at once.
    """
    found: dict[int, dict[str, Agency]] = {}
    problems: list[Problem] = []
    for wish in wishes:
        code = _code(wish, known)
        if code is None:
            problems.append(_unknown(wish, known))
            continue
        at = [number for number, group in enumerate(known.groups) if code in group.agencies]
        if at:
            found.setdefault(at[0], {})[code] = known.groups[at[0]].agencies[code]
        else:
            found.setdefault(_nearest_group(code, known), {})[code] = _without_scores(code, year, known)
    if problems:
        raise UnknownNameError(say("plan.unknown_agencies", count=len(problems)), problems)
    return found


def _code(wish: str, known: Wanted) -> str | None:
    here = {code: one.name_th for group in known.groups for code, one in group.agencies.items()}
    for names in (here, known.elsewhere):
        if wish in names:
            return wish
    listed = known_agencies()
    for code, name in {**known.elsewhere, **here}.items():
        if name == wish or (code in listed and listed[code].is_called(wish)):
            return code
    return None


def _unknown(wish: str, known: Wanted) -> Problem:
    here = {code: one.name_th for group in known.groups for code, one in group.agencies.items()}
    names = {**known.elsewhere, **here}
    spoken = {name: code for code, name in names.items()}
    spoken |= {alias: code for code, entry in known_agencies().items() for alias in entry.aliases}
    close = [spoken.get(said, said) for said in nearest(wish, [*names, *spoken])]
    hint = " · ".join(f"{names.get(code, '')} ({code})" for code in dict.fromkeys(close))
    return Problem(
        code="agency-unknown",
        file="--agencies",
        found=f"'{wish}'",
        expected=say("plan.agency_expected"),
        fix=say("plan.agency_fix", names=hint or "-"),
        agency_code=wish,
    )


def _nearest_group(code: str, known: Wanted) -> int:
    """Return the group in which an agency without scores is missed: of its scheme, else the first of its kind."""
    entry = known_agencies().get(code)
    like = [number for number, group in enumerate(known.groups) if group.is_synthetic == is_synthetic_code(code)]
    own = [number for number in like if entry and known.groups[number].framework.startswith(f"{entry.scheme}-")]
    return (own or like or [0])[0]


def _without_scores(code: str, year: int, known: Wanted) -> Agency:
    problem = Problem(
        code="year-unknown",
        file="",
        found=say("plan.without_scores", year=year),
        expected=say("plan.without_scores_expected"),
        fix=say("plan.without_scores_fix"),
        agency_code=code,
    )
    return Agency(known.elsewhere[code], {}, (problem,))
