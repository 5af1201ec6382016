"""What a lead did, and in what rhythm: every window, sum and gap against values worked out by hand."""

import math
from datetime import timedelta

import pytest

from ground.feature_crm import MICROSECOND, T0, ago, features_of, one, tables
from mqlgate.features.catalogue import plan

LEAD = [{"lead_id": "a"}]
# Enough other leads for the types to be common; their acts are seen by no snapshot of lead "a".
OTHERS = [{"lead_id": f"other {i}"} for i in range(5)]


def acts(*rows, features=None, snapshots=(("a", T0),), types=("pricing_view", "webinar", "blog_view")):
    """Lead "a" with these acts, in a CRM where `types` are common."""
    others = [(lead["lead_id"], kind, ago(3)) for lead in OTHERS for kind in types]
    return tables(
        [*LEAD, *OTHERS], activity=[*(("a", *row) for row in rows), *others], snapshots=snapshots, features=features
    )


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (ago(7), 1),
        (ago(7) - MICROSECOND, 0),
        (T0, 1),
        (T0 + MICROSECOND, 0),
    ],
)
def test_a_window_includes_both_of_its_bounds(at, counted):
    assert one(acts(("pricing_view", at)))["pricing_view_count_7d"] == counted


def test_an_act_counts_from_when_it_was_recorded_and_in_the_window_of_when_it_happened():
    crm = acts(("pricing_view", ago(3), ago(1)), snapshots=[("a", ago(1) - MICROSECOND), ("a", ago(1)), ("a", T0)])
    table = features_of(crm)
    assert list(table["pricing_view_count"]) == [0, 1, 1]
    assert list(table["pricing_view_count_1d"]) == [0, 0, 0]
    assert list(table["pricing_view_days_since_last"])[1:] == [2, 3]


def test_ages_run_to_the_moment_though_less_is_seen():
    crm = acts(("pricing_view", ago(8)), ("pricing_view", ago(2)), snapshots=[("a", T0, ago(7)), ("a", T0)])
    table = features_of(crm)
    assert list(table["pricing_view_count"]) == [1, 2]
    assert list(table["pricing_view_days_since_last"]) == [8, 2]
    assert list(table["pricing_view_count_7d"]) == [0, 1]


def test_a_lead_that_did_nothing_has_zeros_and_no_recency():
    found = one(acts())
    assert (
        found["activity_count"]
        == found["activity_decayed_3d"]
        == found["activity_breadth"]
        == found["activity_points"]
        == 0
    )
    assert found["activity_days_since_last"] is found["activity_days_since_first"] is found["high_tier_share"] is None
    assert found["active_days"] == found["most_in_a_day"] == 0
    assert found["mean_gap_days"] is None


def test_tiers_types_and_everything_are_counted_apart():
    found = one(
        acts(("pricing_view", ago(1)), ("pricing_view", ago(20)), ("webinar", ago(40)), ("blog_view", ago(100)))
    )
    assert [found[f"activity_count_{w}d"] for w in (1, 7, 30, 90)] == [1, 1, 2, 3]
    assert found["activity_count"] == 4
    assert [found[f"high_tier_count_{w}d"] for w in (1, 7, 30, 90)] == [1, 1, 2, 2]
    assert found["medium_tier_count"] == found["low_tier_count"] == found["webinar_count_90d"] == 1
    assert found["blog_view_count_90d"] == 0
    assert found["blog_view_count"] == 1
    assert found["activity_days_since_last"] == 1
    assert found["activity_days_since_first"] == 100
    assert found["webinar_days_since_last"] == 40
    assert found["high_tier_share"] == 0.5
    assert found["activity_breadth"] == 3


def test_decayed_sums_halve_with_each_half_life():
    found = one(acts(("pricing_view", T0), ("pricing_view", ago(14)), ("webinar", ago(28))))
    assert found["activity_decayed_14d"] == pytest.approx(1 + 1 / 2 + 1 / 4, abs=3e-9)
    assert found["high_tier_decayed_3d"] == pytest.approx(1 + 2 ** (-14 / 3), abs=3e-9)
    assert found["webinar_decayed_14d"] == 0.25
    assert found["activity_decayed_45d"] == pytest.approx(1 + 2 ** (-14 / 45) + 2 ** (-28 / 45), abs=3e-9)


def test_third_parties_are_counted_apart_where_there_are_any():
    found = one(acts(("surge", ago(1), ago(1), "third"), ("webinar", ago(1))))
    assert found["third_party_count"] == 1
    assert found["activity_count"] == 2
    assert "third_party_count" not in one(acts(("webinar", ago(1))))


def test_points_are_those_of_the_type_or_tier_less_five_for_each_thirty_silent_days():
    rows = [("pricing_view", ago(65)), ("webinar", ago(70)), ("never_heard_of", ago(80))]
    assert one(acts(*rows))["activity_points"] == 8 + 5 + 1 - 2 * 5
    said = {"points": {"webinar": 20, "low": 2}}
    assert one(acts(*rows, features=said))["activity_points"] == 8 + 20 + 2 - 2 * 5


def test_windows_and_half_lives_are_those_of_the_configuration():
    crm = acts(("webinar", ago(2)), features={"windows_days": [2], "half_lives_days": [2]})
    found = one(crm)
    assert found["webinar_count_2d"] == 1
    assert found["webinar_decayed_2d"] == 0.5
    assert "webinar_count_7d" not in found


def test_only_common_types_get_features_and_the_rest_counts_in_its_tier():
    crm = acts(("demo_request", ago(1)), ("pricing_view", ago(1)))
    found = one(crm)
    assert "demo_request_count" not in found
    assert found["high_tier_count"] == 2
    assert found["activity_breadth"] == 1


def test_the_types_of_training_serve_in_scoring_whatever_is_common_by_then():
    trained = plan(acts())
    scored = acts(("demo_request", ago(1)), ("webinar", ago(1)), types=("demo_request", "webinar"))
    found = one(scored, trained)
    assert list(found) == list(trained.names)
    assert found["webinar_count"] == 1
    assert found["pricing_view_count"] == 0
    assert "demo_request_count" not in found


def test_the_commonest_types_are_chosen_and_ties_go_by_name():
    crm = acts(types=("zeta", "alpha", "beta"), features={"most_types": 2})
    assert [kind.name for kind in plan(crm).scope.types] == ["alpha", "beta"]


def test_a_type_that_no_snapshot_sees_gets_no_features():
    activity = [
        (lead["lead_id"], kind, at)
        for lead in OTHERS
        for kind, at in (("webinar", ago(5)), ("contract_signed", ago(1)))
    ]
    crm = tables(OTHERS, activity=activity, snapshots=[(lead["lead_id"], ago(2)) for lead in OTHERS])
    assert [kind.name for kind in plan(crm, snapshots="snapshot").scope.types] == ["webinar"]
    assert [kind.name for kind in plan(crm).scope.types] == ["contract_signed", "webinar"]


def test_type_names_are_neither_misread_nor_run():
    odd = ('it\'s "odd"; DROP TABLE activity', "W_call:complete", "{n} {value}")
    crm = acts(*((kind, ago(1)) for kind in odd), types=odd)
    found = one(crm)
    assert all(found[f"{kind}_count"] == 1 for kind in odd)
    spoken = {feature.name: feature for feature in plan(crm).features}["{n} {value}_count_7d"]
    assert spoken.said(2.0) == "2 (n) (value) in the last 7 days"


def test_windows_of_one_type_fold_into_one_source():
    sources = {f.name: f.source for f in plan(acts()).features}
    assert {sources[name] for name in sources if name.startswith("webinar_")} == {"activity: webinar"}
    assert {f.group for f in plan(acts()).features} == {"intent"}


def test_days_are_counted_once_and_the_busiest_tells_of_bursts():
    noon = ago(2)
    rows = [("webinar", noon), ("pricing_view", noon + timedelta(hours=1)), ("pricing_view", noon + timedelta(hours=2))]
    found = one(acts(*rows, ("webinar", ago(10)), ("webinar", ago(40))))
    assert found["active_days"] == 3
    assert found["active_days_30d"] == 2
    assert found["most_in_a_day"] == 3
    assert found["most_high_tier_in_a_day"] == 2


def test_gaps_tell_whether_a_lead_speeds_up():
    found = one(acts(("webinar", ago(60)), ("webinar", ago(10)), ("webinar", ago(8)), ("webinar", ago(4))))
    assert found["mean_gap_days"] == pytest.approx(56 / 3)
    assert found["gap_trend"] == pytest.approx(3 / (56 / 3))
    assert found["last_week_share"] == pytest.approx(1 / 3)


def test_acts_at_one_instant_have_no_gap_and_no_trend():
    found = one(acts(*[("webinar", ago(1))] * 4))
    assert found["mean_gap_days"] == 0
    assert found["gap_trend"] is None
    assert found["most_in_a_day"] == 4


def test_a_hundred_thousand_acts_of_one_lead_are_summed_exactly():
    crm = acts(*[("webinar", ago(seconds=i)) for i in range(100_000)])
    found = one(crm)
    exact = math.fsum(2 ** (-i / 86400 / 14) for i in range(100_000))
    assert found["webinar_count"] == 100_000
    assert found["webinar_decayed_14d"] == pytest.approx(exact, abs=100_000 * 0.5e-9)
