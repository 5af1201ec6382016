"""What the other contacts of an account did and became; the lead's own part is never counted."""

from ground.feature_crm import MICROSECOND, T0, ago, features_of, one, tables
from mqlgate.features.catalogue import plan

PAIR = [
    {"lead_id": "a", "account": "X", "created_at": ago(50)},
    {"lead_id": "b", "account": "X", "created_at": ago(40)},
]
LONER = {"lead_id": "c", "account": "Y", "created_at": ago(40)}
ALONE = {"lead_id": "d", "account": None, "created_at": ago(40)}


def test_the_lead_itself_is_no_other_contact():
    crm = tables(PAIR, activity=[("a", "pricing_view", ago(1)), ("a", "pricing_view", ago(2))])
    table = features_of(crm)
    assert list(table["account_contacts_active_7d"]) == [0, 1]
    assert list(table["account_contacts_high_tier_7d"]) == [0, 1]
    assert list(table["account_intent"]) == [0, 1]
    assert list(table["account_contacts"]) == [1, 1]


def test_a_contact_is_active_from_when_it_was_seen_until_its_days_have_run_bounds_included():
    moments = [ago(20) - MICROSECOND, ago(20), ago(15), ago(15) + MICROSECOND]
    crm = tables(PAIR, activity=[("b", "webinar", ago(22), ago(20))], snapshots=[("a", moment) for moment in moments])
    assert list(features_of(crm)["account_contacts_active_7d"]) == [0, 1, 1, 0]


def test_acts_that_follow_close_upon_each_other_are_one_contact():
    activity = [("b", "webinar", ago(days)) for days in (20, 15, 10, 10, 1)]
    crm = tables(PAIR, activity=activity, snapshots=[("a", ago(days)) for days in (21, 14, 5, 2, 0)])
    assert list(features_of(crm)["account_contacts_active_7d"]) == [0, 1, 1, 0, 1]


def test_a_record_that_came_too_late_to_be_recent_makes_no_contact_active():
    crm = tables(PAIR, activity=[("b", "webinar", ago(20), ago(5)), ("b", "webinar", ago(21))])
    found = one(crm)
    assert found["account_contacts_active_7d"] == 0
    assert found["account_contacts_active_30d"] == 1


def test_intent_of_others_decays_in_steps_from_the_last_high_tier_act_of_each():
    leads = [PAIR[0], *({"lead_id": f"b{days}", "account": "X", "created_at": ago(50)} for days in (7, 14, 28, 29))]
    activity = [(f"b{days}", "demo_request", ago(days)) for days in (7, 14, 28, 29)]
    assert one(tables(leads, activity=activity))["account_intent"] == 1 + 1 / 2 + 1 / 4
    assert (
        one(tables(leads, activity=[*activity, ("b7", "pricing_view", ago(40))]))["account_intent"] == 1 + 1 / 2 + 1 / 4
    )


def test_ages_run_to_the_moment_though_less_is_seen():
    activity = [("b", "pricing_view", ago(9)), ("b", "pricing_view", ago(1))]
    table = features_of(tables(PAIR, activity=activity, snapshots=[("a", T0, ago(7)), ("a", ago(7)), ("a", T0)]))
    assert list(table["account_contacts_active_7d"]) == [0, 1, 1]
    assert list(table["account_contacts_active_30d"]) == [1, 1, 1]
    assert list(table["account_intent"]) == [0.5, 1, 1]


def test_what_became_of_others_counts_from_when_it_was_known_and_each_lead_once():
    outcome = [
        ("b", {"accepted"}, ago(9), ago(5)),
        ("b", {"accepted", "won"}, ago(3)),
        ("b", {"rejected"}, ago(20)),
        ("a", {"accepted"}, ago(9)),
    ]
    leads = [{**PAIR[0]}, {**PAIR[1], "qualified_at": ago(30)}]
    table = features_of(
        tables(leads, outcome=outcome, snapshots=[("a", ago(31)), ("a", ago(9)), ("a", ago(5)), ("a", T0)])
    )
    assert list(table["account_mqls"]) == [0, 1, 1, 1]
    assert list(table["account_rejections"]) == [0, 1, 1, 1]
    assert list(table["account_sqls"]) == [0, 0, 1, 1]
    assert list(table["account_wins"]) == [0, 0, 0, 1]


def test_a_lead_without_others_has_zeros_and_one_without_an_account_has_nothing():
    table = features_of(tables([*PAIR, LONER, ALONE], activity=[("b", "pricing_view", ago(1))]))
    of_account = [name for name in table if name.startswith("account_")]
    assert len(of_account) > 5
    assert (table.loc[2, of_account] == 0).all()
    assert table.loc[3, of_account].isna().all()


def test_there_are_no_account_features_where_no_account_has_two_leads():
    names = plan(tables([PAIR[0], LONER, ALONE], activity=[("a", "webinar", ago(1))])).names
    assert not [name for name in names if name.startswith("account_")]


def test_an_account_of_fifty_thousand_contacts_costs_its_contacts_and_not_their_square():
    crm = tables(PAIR, activity=[("a", "pricing_view", ago(1))])
    crm.con.execute(
        """INSERT INTO lead SELECT i + 10, 'mail ' || i, TIMESTAMP '2026-01-01', TIMESTAMP '2026-02-01',
               TIMESTAMP '2026-02-01', 'gmail', NULL, NULL FROM range(50000) t(i);
           INSERT INTO activity SELECT i + 10, 'mail ' || (i % 50000), 'pricing_view', TIMESTAMP '2026-02-20',
               TIMESTAMP '2026-02-20', 'high', 'first' FROM range(100000) t(i);
           INSERT INTO snapshot SELECT row, row, lead_id, TIMESTAMP '2026-03-01', TIMESTAMP '2026-03-01',
               qualified_at, 28 FROM lead WHERE account = 'gmail'"""
    )
    table = features_of(crm).iloc[2:]
    assert set(table["account_contacts_active_30d"]) == {49_999}
    assert set(table["account_mqls"]) == {49_999}
    assert set(table["account_intent"]) == {49_999 / 2}


def test_account_features_speak_for_the_account_in_their_groups():
    crm = tables(PAIR, activity=[("a", "pricing_view", ago(1))], outcome=[("a", {"accepted"}, ago(1))])
    told = {f.name: (f.source, f.group) for f in plan(crm).features if f.family == "account"}
    assert told["account_contacts_active_7d"] == ("account: other contacts", "intent")
    assert told["account_sqls"] == ("account: past leads", "other")
