"""How far a batch is: what is done, what is at work, how fast, and how long to go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ita_analysis.run.plan import LEAVE, SKIP, Plan
from ita_analysis.run.worker import OK, Outcome


@dataclass
class Progress:
    """Counts of one run; `running` names who is at work since when (seconds of the monotonic clock)."""

    total: int
    skipped: int
    left_alone: int = 0
    ok: int = 0
    failed: int = 0
    running: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    made: int = 0  # packs and reason pages of notebooks that ran

    @classmethod
    def of(cls, plan: Plan) -> Progress:
        """Return the progress of a plan that has not begun."""
        return cls(total=len(plan.steps), skipped=len(plan.of(SKIP)), left_alone=len(plan.of(LEAVE)))

    @property
    def left(self) -> int:
        """Return how many have not begun."""
        return self.total - self.skipped - self.left_alone - self.ok - self.failed - len(self.running)

    @property
    def per_minute(self) -> float | None:
        """Return the rate, None before the first is done."""
        passed = time.monotonic() - self.began
        return round(60 * self.made / passed, 1) if self.made and passed > 0 else None

    @property
    def seconds_to_go(self) -> float | None:
        """Return the estimated time to the end, None before the first is done."""
        rate = self.per_minute
        return round(60 * (self.left + len(self.running)) / rate, 1) if rate else None

    def begin(self, code: str) -> None:
        """Note that an agency is at work."""
        self.running[code] = time.monotonic()

    def end(self, outcome: Outcome) -> None:
        """Note what became of one."""
        self.running.pop(outcome.agency_code, None)
        self.made += 1
        if outcome.state == OK:
            self.ok += 1
        else:
            self.failed += 1

    def refuse(self) -> None:
        """Note an agency whose reason page stands already."""
        self.failed += 1

    def as_record(self) -> Mapping[str, Any]:
        """Return the numbers that `run.json` carries."""
        return {
            "total": self.total,
            "ok": self.ok,
            "failed": self.failed,
            "skipped": self.skipped,
            "outdated": self.left_alone,
            "running": sorted(self.running),
            "left": self.left,
            "per_minute": self.per_minute,
            "seconds_to_go": self.seconds_to_go,
            "seconds": round(time.monotonic() - self.began, 1),
        }
