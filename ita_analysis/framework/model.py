"""The parts of a rule file: instruments, indicators, items, levels and links to the year before, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Confidence = Literal["verified", "one source", "inferred", "unknown"]
Relation = Literal["comparable", "reworded", "renumbered", "new", "gone", "unknown"]
Percent = Annotated[float, Field(ge=0, le=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a changed copy; what was looked up before is looked up again."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Sourced(_Part):
    """A fact with where it comes from (`source`: a key of the file's `[sources]`) and how sure it is."""

    source: str
    confidence: Confidence
    note: str = ""


class Pass(Sourced):
    """The total from which an agency passes."""

    score: Percent


class InstrumentPart(Sourced):
    """A separately scored part of an instrument and its share of it."""

    code: str
    name_th: str
    share: Annotated[float, Field(gt=0, le=1)]


class Instrument(Sourced):
    """A survey or document check; `weight` is its share of the total (all sum to 1), None where not known."""

    code: str
    name_th: str
    short_th: str
    kind: Literal["survey", "documents"]
    weight: Annotated[float, Field(gt=0, le=1)] | None = None
    parts: tuple[InstrumentPart, ...] = ()
    items_listed: Literal["complete", "partial", "none"]


class Indicator(Sourced):
    """One of the ten indicators; `mean_of` says what its score is the mean of, where that is known."""

    code: str
    name_th: str
    short_th: str = ""
    instrument: str
    mean_of: Literal["items", "sub-indicators", "unknown"] = "unknown"


class AnswerScale(Sourced):
    """A scale on which respondents of `instrument` answer: `points` per step as published, empty where not known.

    Published scores already count upwards for the better (a reversed question is turned round): never invert one.
    """

    instrument: str
    steps: Annotated[int, Field(ge=2)]
    points: tuple[Percent, ...] = ()


class SubIndicator(Sourced):
    """A group of items inside an indicator; its score is the mean of its items."""

    code: str
    name_th: str
    indicator: str


class Item(Sourced):
    """One assessed item. `parents` lists the indicator or sub-indicator it belongs to: more than one is an open fact."""

    code: str
    topic_th: str = ""
    parents: Annotated[tuple[str, ...], Field(min_length=1)]
    status: Literal["known", "open"] = "known"


class Level(Sourced):
    """A level that a total reaches from `min_total`, and every instrument from `min_instrument` where the rule says so."""

    name_th: str
    min_total: Percent
    min_instrument: Percent | None = None


class Link(Sourced):
    """How an item of this year relates to one of the year before (`code` empty: gone; `previous` empty: new)."""

    code: str = ""
    previous: str = ""
    relation: Relation


class Crosswalk(_Part):
    """What compares with `from_year`: `same_code` holds for every code without a link of its own."""

    from_year: int
    same_code: Literal["comparable", "unknown"]
    indicators: Literal["comparable", "unknown"]
    total: Literal["comparable", "unknown"]
    reason_th: str = ""
    source: str
    confidence: Confidence
    links: tuple[Link, ...] = ()

    @cached_property
    def link_of(self) -> dict[str, Link]:
        """Return the first link of each code of this year that has one of its own."""
        return {link.code: link for link in reversed(self.links)}

    @cached_property
    def linked(self) -> frozenset[str]:
        """Return the codes of the year before that a link leads to."""
        return frozenset(link.previous for link in self.links)


class Framework(_Part):
    """The rules of one scheme and fiscal year. What the file leaves out is not known, never borrowed."""

    schema_version: Literal[1]
    scheme: str
    scheme_th: str
    fiscal_year_be: int
    is_synthetic: bool = False
    sources: dict[str, str]
    pass_line: Pass | None = None
    instruments: tuple[Instrument, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    scales: tuple[AnswerScale, ...] = ()
    sub_indicators: tuple[SubIndicator, ...] = ()
    items: tuple[Item, ...] = ()
    levels: tuple[Level, ...] = ()
    crosswalk: Crosswalk | None = None
    open_facts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the framework's name as the column `framework` carries it, `<scheme>-<year>`."""
        return f"{self.scheme}-{self.fiscal_year_be}"

    @cached_property
    def item(self) -> dict[str, Item]:
        """Return the items by code."""
        return {item.code: item for item in self.items}

    @cached_property
    def indicator(self) -> dict[str, Indicator]:
        """Return the indicators by code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def instrument(self) -> dict[str, Instrument]:
        """Return the instruments by code."""
        return {instrument.code: instrument for instrument in self.instruments}

    @cached_property
    def indicator_above(self) -> dict[str, str]:
        """Return the indicator of each sub-indicator, by code."""
        return {part.code: part.indicator for part in self.sub_indicators}

    @cached_property
    def indicators_above(self) -> dict[str, tuple[str, ...]]:
        """Return the indicators that each item may belong to, by code: one where known, several where open."""
        above = self.indicator_above
        return {item.code: tuple(dict.fromkeys(above.get(one, one) for one in item.parents)) for item in self.items}

    @cached_property
    def kind(self) -> dict[str, Literal["survey", "documents"]]:
        """Return how every code that the file lists is assessed, by code; left out where it leaves that open."""
        indicators = {code: (code,) for code in self.indicator} | {
            one: (up,) for one, up in self.indicator_above.items()
        }
        found = {one.code: {one.kind} for one in self.instruments}
        found |= {part.code: {one.kind} for one in self.instruments for part in one.parts}
        for code, above in (indicators | self.indicators_above).items():
            instruments = {self.indicator[name].instrument for name in above if name in self.indicator}
            found[code] = {self.instrument[name].kind for name in instruments if name in self.instrument}
        return {code: next(iter(kinds)) for code, kinds in found.items() if len(kinds) == 1}

    def indicators_of(self, code: str) -> tuple[str, ...]:
        """Return the indicators that item `code` may belong to (`indicators_above`), none where it is not listed."""
        return self.indicators_above.get(code, ())

    def topic_th(self, code: str) -> str:
        """Return the short topic of item `code`, or an empty string where it is not known."""
        found = self.item.get(code)
        return found.topic_th if found else ""
