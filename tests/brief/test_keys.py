"""The same rows give the same key and the same places, whether counted alone, from the store, or for all at once."""

from __future__ import annotations

import pandas as pd
import pytest

from ita_analysis.analysis import beyond, peers
from ita_analysis.analysis.margins import with_margins
from ita_analysis.brief import group_figures, keys, peer_group
from ita_analysis.brief.collecting import facts_of
from ita_analysis.brief.peer_group import all_peers
from ita_analysis.framework import loader
from ita_analysis.scores import reading, store
from ita_analysis.scores.stored import stored


@pytest.fixture
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "cache"))
    return monkeypatch


def read(monkeypatch, smallest):
    monkeypatch.setattr(store, "SMALLEST", smallest)
    return reading.read()


def test_a_brief_from_the_store_has_the_key_of_one_from_memory(own_cache):
    memory = read(own_cache, 10**9)
    kept = [read(own_cache, 0), read(own_cache, 0)]
    assert memory.scores.entry is None and all(one.scores.entry for one in kept)
    for agency in ("9901", "9950"):
        facts = [facts_of(one, agency, 2567, line=90.0) for one in (memory, *kept)]
        assert len({one.page_key for one in facts}) == 1
        assert facts[0].standing and all(str(one.standing) == str(facts[0].standing) for one in facts)
        assert len({str(one.key_parts) for one in facts}) == 1


def test_rows_counted_for_all_at_once_have_the_digests_of_each_alone(own_cache):
    frame = read(own_cache, 10**9).frame
    together = keys.row_digests(frame)
    for code in ("9901", "9925", "1028"):
        assert together[code] == keys.row_digests(frame[frame["agency_code"] == code].reset_index(drop=True))[code]


def test_places_of_all_are_those_of_each(own_cache, monkeypatch):
    monkeypatch.setattr(beyond, "PAIRS_AT_ONCE", 130)  # a few rows at a time
    frame = read(own_cache, 10**9).frame
    rule = loader.load("demo-2567")
    now = with_margins(frame[frame["framework"] == "demo-2567"].reset_index(drop=True), {"demo-2567": rule})
    everyone = peers.places(now)
    for agency in ("9901", "9937"):
        own = everyone[everyone["agency_code"] == agency].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, peers.places(now, [agency]))


def test_peers_change_when_one_of_them_does_and_only_theirs(own_cache, tmp_path):
    own_cache.setattr(store, "SMALLEST", 10**9)
    demo = reading.read()
    before = all_peers(demo, "demo-2567", True)
    frame = demo.frame.copy()
    at = frame.index[(frame["agency_code"] == "9950") & (frame["framework"] == "demo-2567")]
    frame.loc[at, "score"] -= 5
    changed = reading.Reading(stored(frame, (), (), {}), (), (), {})
    after = all_peers(changed, "demo-2567", True)
    assert all(before.digests[code] != after.digests[code] for code in before.digests)
    real = [all_peers(one, "national-2567", False).digests for one in (demo, changed)]
    assert real[0] == real[1]


def test_a_group_counted_some_agencies_and_codes_at_a_time_is_the_same(own_cache, monkeypatch):
    demo = read(own_cache, 0)
    whole = peer_group._count(demo, "demo-2567", True, ())
    monkeypatch.setattr(group_figures, "ROWS_AT_ONCE", 1_000)
    monkeypatch.setattr(group_figures, "CODES_AT_ONCE", 2)
    monkeypatch.setattr(peer_group, "AGENCIES_AT_ONCE", 7)
    parts = peer_group._count(demo, "demo-2567", True, ())
    pd.testing.assert_frame_equal(whole.figures, parts.figures)
    pd.testing.assert_frame_equal(whole.places, parts.places)
    assert whole.digests == parts.digests and len(whole.digests) == 50
