"""Draws made-up answers and documents, and rolls them up as the framework nests them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ita_analysis.framework import codes, loader
from ita_analysis.scores.synthetic_years import YearPlan, plans, settings

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Purpose(IntEnum):
    """What random numbers are for; each purpose, agency and year has a stream of its own."""

    SHARED = 1
    AGENCY = 2
    WEAK = 3
    THIS_YEAR = 4
    BAND = 5
    PEOPLE = 6
    DOCUMENTS = 7
    DOCUMENTS_ANEW = 8
    QUALITY = 9
    LENIENCE = 10
    ANSWERS = 11
    STAFF = 12


@dataclass(frozen=True)
class Streams:
    """Random numbers by purpose. Made from the raw bits of PCG64, which no numpy version changes, and whole numbers."""

    seed: int

    def uniform(
        self, count: int, purpose: Purpose, agency: str = "0", year: int = 0, survey: int = 0
    ) -> NDArray[np.uint16]:
        """Return `count` whole numbers, even over 0…65535."""
        words = [self.seed, int(purpose), int(agency), year, survey]
        bits = np.random.PCG64(np.random.SeedSequence(words)).random_raw(-(-count // 4))
        return np.atleast_1d(bits).astype("<u8").view("<u2")[:count]

    def normal(self, count: int, purpose: Purpose, agency: str = "0", year: int = 0, survey: int = 0) -> Floats:
        """Return `count` draws of mean 0 and spread 1 (sums of twelve even ones: no logarithm, no rounding)."""
        sums = self.uniform(12 * count, purpose, agency, year, survey).reshape(count, 12).sum(axis=1, dtype=np.int64)
        return np.asarray((sums - 6 * 65535) / 65536, dtype=np.float64)


def answers_from(draws: NDArray[np.uint16], chance: Floats) -> Counts:
    """Return per step 1…k and item how many answers stand there or higher, shape (k, items).

    Args:
        draws: shape (items, people), even over 0…65535.
        chance: shape (k, items), the chance of an answer of at least 1…k steps.
    """
    bounds = np.minimum(np.rint((1 - chance) * 65536), 65535).astype(np.uint16)
    return np.array([np.count_nonzero(draws >= bound[:, None], axis=1) for bound in bounds], dtype=np.int64)


def answer_chances(mean: Floats, steps: int, polar: float) -> Floats:
    """Return the chance of an answer of at least 1…steps−1, so that answers average `mean` (0–1) of the scale.

    A part `polar` of the answers stands at one of the ends, the others spread over all steps as a binomial does.
    """
    k = steps - 1
    powers = [np.ones_like(mean)]
    others = [np.ones_like(mean)]
    for _ in range(k):
        powers.append(powers[-1] * mean)
        others.append(others[-1] * (1 - mean))
    at_least = np.zeros_like(mean)
    chances = []
    for step in range(k, 0, -1):
        at_least = at_least + math.comb(k, step) * powers[step] * others[k - step]
        chances.append((1 - polar) * at_least + polar * mean)
    return np.array(chances[::-1])


class Generator:
    """Draws the scores of agencies; each agency has random numbers of its own, so more agencies change none before."""

    def __init__(self, years: Sequence[int], seed: int) -> None:
        self.plans = plans(years)
        self.streams = Streams(seed)
        every = plans([*loader.years_of(settings()["scheme"])])
        self.n_topics = 1 + max(int(plan.topics.max()) for plan in every)
        self.n_indicators = 1 + max(int(plan.indicators.max()) for plan in every)
        spread = settings()["spread"]
        shared = self.streams.normal(self.n_indicators + self.n_topics, Purpose.SHARED)
        self.indicator_points = spread["indicator"] * shared[: self.n_indicators]
        self.topic_points = spread["topic"] * shared[self.n_indicators :]
        self.showcases = {one["code"]: one for one in settings()["showcase"]}

    def scores(
        self, agencies: Sequence[str], plan: YearPlan
    ) -> tuple[list[list[int]], dict[str, list[int]], list[dict[str, Counts]]]:
        """Return per node of `plan` the scores of `agencies` in hundredths, per survey how many people answered, and per
        agency and survey the answers of its items at each step, worst first, shape (items, steps)."""
        exact: dict[str, Floats] = {}
        people: dict[str, list[int]] = {code: [] for code in plan.surveys}
        answers: list[dict[str, Counts]] = []
        drawn = np.empty((len(agencies), len(plan.items)))
        for at, agency in enumerate(agencies):
            drawn[at], answered, own = self._agency(agency, plan)
            answers.append(own)
            for code, count in answered.items():
                people[code].append(count)
        exact |= {code: drawn[:, at] for at, code in enumerate(plan.items)}
        above = [node for node in plan.nodes if node.below]
        for node in sorted(above, key=lambda one: -codes.LEVELS.index(one.level)):
            exact[node.code] = sum((weight * exact[code] for code, weight in node.below), np.zeros(len(agencies)))
        return [np.rint(exact[node.code] * 100).astype(int).tolist() for node in plan.nodes], people, answers

    def staff(self, agency: str, plan: YearPlan, answered: int) -> int:
        """Return of how many people those who answered the survey of the staff are some."""
        said = settings()["staff"]
        place = float(self.streams.uniform(1, Purpose.STAFF, agency, plan.year)[0]) / 65536
        share = float(said["least"] + place * (said["most"] - said["least"]))
        return math.ceil(answered / share)

    def _agency(self, agency: str, plan: YearPlan) -> tuple[Floats, dict[str, int], dict[str, Counts]]:
        """Return the unrounded item scores of one agency and year, the people and the answers behind each survey."""
        spread, steps = settings()["spread"], steps_of(plan.year)
        story = self._story(agency, plan.year)
        people = story["respondents"] if story else self._people(agency, plan)
        means = self._told(plan, story) if story else self._means(agency, plan)
        scores = np.empty(len(plan.items))
        answers: dict[str, Counts] = {}
        for order, (code, own) in enumerate(plan.surveys.items()):
            n = people[code]
            lenient = (
                self.streams.normal(1, Purpose.LENIENCE, agency, plan.year, order)[0]
                * spread["respondent"]
                / math.sqrt(n)
            )
            chance = answer_chances(np.clip(means[own] + lenient, 0, 100) / 100, steps, settings()["answers"]["polar"])
            draws = self.streams.uniform(len(own) * n, Purpose.ANSWERS, agency, plan.year, order).reshape(-1, n)
            from_step = answers_from(draws, chance)
            scores[own] = 100 * from_step.sum(axis=0) / (n * (steps - 1))
            ends = np.vstack([np.full((1, len(own)), n), from_step, np.zeros((1, len(own)), dtype=np.int64)])
            answers[code] = (ends[:-1] - ends[1:]).T
        scores[plan.is_document] = self._documents(agency, plan, story)
        return scores, people, answers

    def _means(self, agency: str, plan: YearPlan) -> Floats:
        """Return what the items of an ordinary agency score before anybody is asked."""
        spread, weak = settings()["spread"], settings()["weak"]
        own = self.streams.normal(1 + self.n_indicators + self.n_topics, Purpose.AGENCY, agency)
        luck = self.streams.uniform(2 * self.n_topics, Purpose.WEAK, agency).reshape(2, -1) / 65536
        low, high = weak["points"]
        is_weak = (luck[0] < weak["share"])[plan.topics]
        this_year = self.streams.normal(1 + self.n_topics, Purpose.THIS_YEAR, agency, plan.year)
        points: Floats = (
            settings()["survey_mean"][str(plan.year)]
            + self.indicator_points[plan.indicators]
            + self.topic_points[plan.topics]
            + spread["agency"] * own[0]
            + spread["agency_indicator"] * own[1 : 1 + self.n_indicators][plan.indicators]
            + spread["agency_topic"] * own[1 + self.n_indicators :][plan.topics]
            + spread["agency_year"] * this_year[0]
            + spread["agency_topic_year"] * this_year[1:][plan.topics]
        )
        above = points - settings()["ceiling"]["from"]
        points = np.where(above > 0, settings()["ceiling"]["from"] + settings()["ceiling"]["part"] * above, points)
        points -= np.where(is_weak, low + (high - low) * luck[1][plan.topics], 0.0)
        return points

    def _told(self, plan: YearPlan, story: Mapping[str, Any]) -> Floats:
        """Return what the items of a showcase score before anybody is asked."""
        points = np.zeros(len(plan.items))
        for code, own in plan.surveys.items():
            half = (self.indicator_points[plan.indicators[own]] + self.topic_points[plan.topics[own]]) / 4
            points[own] = story["level"][code] + half
        for code, mean in story["items"].items():
            points[plan.items.index(code)] = mean
        return points

    def _documents(self, agency: str, plan: YearPlan, story: Mapping[str, Any] | None) -> Floats:
        """Return 100 for each document that is in place, else 0."""
        listed = np.flatnonzero(plan.is_document)
        if story:
            return np.array([0.0 if plan.items[at] in story["missed"] else 100.0 for at in listed])
        kept, once = self.streams.uniform(2 * self.n_topics, Purpose.DOCUMENTS, agency).reshape(2, -1) / 65536
        anew = self.streams.uniform(self.n_topics, Purpose.DOCUMENTS_ANEW, agency, plan.year) / 65536
        quality = settings()["spread"]["documents"] * self.streams.normal(1, Purpose.QUALITY, agency)[0]
        luck = np.where(kept < settings()["documents"]["kept"], once, anew)
        is_met = luck < settings()["documents_met"][str(plan.year)] + quality
        return np.where(is_met[plan.topics[listed]], 100.0, 0.0)

    def _people(self, agency: str, plan: YearPlan) -> dict[str, int]:
        """Return how many people answered each survey: an agency stays in its band, and near its place there."""
        said = settings()["respondents"]
        band_at, place = self.streams.uniform(2, Purpose.BAND, agency) / 65536
        fresh = self.streams.uniform(len(plan.surveys), Purpose.PEOPLE, agency, plan.year) / 65536
        upto = 0.0
        for band in said["bands"]:
            upto += band["share"]
            if band_at < upto:
                break
        within = (1 - said["wobble"]) * place + said["wobble"] * fresh
        counts = band["least"] + within * (band["most"] - band["least"])
        return {code: int(count) for code, count in zip(plan.surveys, counts, strict=True)}

    def _story(self, agency: str, year: int) -> dict[str, Any] | None:
        told = self.showcases.get(agency)
        parts = ("level", "respondents", "missed", "items")
        return {part: told[part][str(year)] for part in parts} if told and str(year) in told["level"] else None


def steps_of(year: int) -> int:
    """Return how many steps the answer scale of a year has."""
    return int([one["steps"] for one in settings()["answers"]["steps"] if one["from_year"] <= year][-1])
