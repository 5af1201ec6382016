"""What `init` makes of stages, targets, horizons, activity types and columns that nobody knows before the outcome."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ground import undescribed
from ground.undescribed import ACTIVITIES, ENGLISH, NOW, OUTCOMES, STAGES, count, excluded, loaded, moment, write
from mqlgate import labels
from mqlgate.errors import InputError
from mqlgate.inference import Inferred, infer

MINUTES = "%Y-%m-%d %H:%M"


class Asked:
    """A person who is asked: remembers the questions, takes the option that begins with a word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.questions: list[tuple[str, Sequence[str]]] = []

    def __call__(self, question: str, options: Sequence[str]) -> int:
        self.questions.append((question, options))
        return next(place for place, option in enumerate(options) if option.startswith(self.word))


def of_stages(folder: Path, stages: dict[str, str], choose: Asked | None = None) -> Inferred:
    leads = undescribed.leads(folder / "leads.csv", ENGLISH)
    verdicts = undescribed.outcomes(folder / "outcomes.csv", OUTCOMES, stages)
    return infer(leads, None, verdicts, now=NOW, **({"choose": choose} if choose else {}))


def verdicts(inferred: Inferred) -> dict[str, object]:
    return {key: inferred.get("outcomes", key) for key in ("accepted", "rejected", "won", "touched")}


@pytest.mark.parametrize(
    "stages",
    [
        STAGES,
        {"touched": "Attempting to contact", "accepted": "SQL", "rejected": "Disqualified", "won": "Closed Won"},
        {"touched": "kontaktiert", "accepted": "angenommen", "rejected": "abgelehnt", "won": "gewonnen"},
        {"touched": "contacté", "accepted": "accepté", "rejected": "refusé", "won": "gagné"},
        {"touched": "CONNECTED", "accepted": "salesQualifiedLead", "rejected": "unqualified", "won": "customer"},
    ],
    ids=lambda stages: stages["accepted"],
)
def test_stages_are_understood_by_their_words(tmp_path: Path, stages: dict[str, str]) -> None:
    inferred = of_stages(tmp_path, stages)
    assert verdicts(inferred) == {
        "accepted": (stages["accepted"], stages["won"]),
        "rejected": (stages["rejected"],),
        "won": (stages["won"],),
        "touched": (stages["touched"],),
    }
    known = loaded(inferred)
    labels.build(known, known.as_of)
    assert count(known, "SELECT count(*) FROM label WHERE state IN ('accepted', 'rejected')") == 400


@pytest.mark.parametrize(
    "stage", ["not accepted", "Pre-Accepted", "preaccepted", "MQL", "Marketing Qualified Lead", "unqualified"]
)
def test_what_only_sounds_like_acceptance_is_none(tmp_path: Path, stage: str) -> None:
    inferred = of_stages(tmp_path, {**STAGES, "touched": stage})
    assert inferred.get("outcomes", "accepted") == ("accepted", "closed_won")


def test_where_two_stages_fit_the_user_is_asked_and_the_answer_counts(tmp_path: Path) -> None:
    stages = {"touched": "accepted", "accepted": "approved", "rejected": "declined", "won": "paid out"}
    person = Asked("accepted")
    inferred = of_stages(tmp_path, stages, person)
    ((question, options),) = person.questions
    assert "Which one is to be predicted?" in question
    assert [option.split(":")[0] for option in options] == ["approved", "accepted"]
    assert inferred.get("outcomes", "accepted") == ("accepted",)
    assert 'Would fit too: "approved"' in inferred.to_toml()


def test_unasked_the_stage_that_ends_leads_is_taken_and_said(tmp_path: Path) -> None:
    inferred = of_stages(
        tmp_path, {"touched": "accepted", "accepted": "approved", "rejected": "declined", "won": "paid out"}
    )
    assert inferred.get("outcomes", "accepted") == ("approved",)
    assert '"approved" was taken' in inferred.words()
    assert '"accepted" fits too' in inferred.words()


def test_nobody_is_asked_where_one_stage_fits(tmp_path: Path) -> None:
    person = Asked("")
    of_stages(tmp_path, STAGES, person)
    assert person.questions == []


def test_a_stage_without_a_known_word_that_ends_leads_is_a_rejection(tmp_path: Path) -> None:
    inferred = of_stages(tmp_path, {**STAGES, "rejected": "zzz 17"})
    assert inferred.get("outcomes", "rejected") == ("zzz 17",)
    assert "no known word" in inferred.to_toml()


def test_where_no_word_is_known_acceptance_is_what_takes_longest(tmp_path: Path) -> None:
    inferred = of_stages(tmp_path, {"touched": "S1", "accepted": "S2", "rejected": "S3", "won": "S2"})
    assert inferred.get("outcomes", "accepted") == ("S2",)
    assert "Please check" in inferred.to_toml()


def test_rejection_reasons_become_codes_of_the_closed_list_as_far_as_words_are_known(tmp_path: Path) -> None:
    inferred = of_stages(tmp_path, {**STAGES, "reasons": "No budget (2024);Kein Bedarf;Student;Q17"})
    codes = {d.key: d.value for d in inferred.decisions if d.section == "outcomes.reasons"}
    assert codes == {
        "No budget (2024)": "no_budget",
        "Kein Bedarf": "no_business_need",
        "Student": "student_vendor_or_competitor",
    }
    assert '"Q17"' in inferred.to_toml()
    assert count(loaded(inferred), "SELECT count(DISTINCT reason) FROM outcome") == 3


def test_the_horizon_holds_nine_in_ten_acceptances(tmp_path: Path) -> None:
    inferred = of_stages(tmp_path, STAGES)
    days = inferred.get("outcomes", "horizon_days")
    known = loaded(inferred)
    held = known.con.execute(
        """SELECT avg(CASE WHEN o.at <= l.qualified_at + to_days(CAST($days AS INTEGER)) THEN 1.0 ELSE 0 END)
           FROM outcome o JOIN lead l USING (lead_id) WHERE o.stage = 'accepted'""",
        {"days": days},
    ).fetchone()
    assert days in (60, 75)  # gamma(4, 10 days) reaches 0.9 at 67 days
    assert held is not None
    assert held[0] >= 0.88


def test_outcomes_with_times_need_leads_with_times(tmp_path: Path) -> None:
    leads = write(tmp_path / "leads.csv", ["lead_id", "kind"], [[f"{i:05d}", i % 3] for i in range(400)])
    outcomes = undescribed.outcomes(tmp_path / "o.csv", OUTCOMES, STAGES)
    with pytest.raises(InputError, match="no horizon can be counted"):
        infer(leads, None, outcomes, now=NOW)


def test_a_target_column_of_stages_leaves_other_values_open(tmp_path: Path) -> None:
    rng = random.Random(0)
    stages = ["Won", "Lost", "Lost", "Negotiating"]
    rows = [[i, moment(i), rng.choice(stages), rng.randrange(9)] for i in range(300)]
    inferred = infer(write(tmp_path / "leads.csv", ["Deal ID", "Create Date", "Deal Stage", "size"], rows), now=NOW)
    assert inferred.get("outcomes", "column") == "Deal Stage"
    assert verdicts(inferred) == {"accepted": ("Won",), "rejected": ("Lost",), "won": None, "touched": None}
    known = loaded(inferred)
    assert count(known, "SELECT count(*) FROM lead WHERE target IS NULL") == sum(
        row[2] == "Negotiating" for row in rows
    )


def test_two_target_columns_are_asked_about_and_the_other_is_no_feature(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows = [[i, moment(i), rng.choice(["yes", "no"]), rng.randrange(2), rng.randrange(9)] for i in range(300)]
    leads = write(tmp_path / "leads.csv", ["id", "created", "Converted", "is_won", "size"], rows)
    person = Asked("is_won")
    inferred = infer(leads, choose=person, now=NOW)
    assert len(person.questions) == 1
    assert inferred.get("outcomes", "column") == "is_won"
    assert "Converted" in excluded(inferred)
    assert infer(leads, now=NOW).get("outcomes", "column") == "Converted"


@pytest.mark.parametrize(("yes", "accepted"), [("ja", "ja"), ("TRUE", True), ("1", 1), ("1.0", 1), ("Oui", "Oui")])
def test_the_accepted_value_of_a_two_valued_target_is_its_yes(tmp_path: Path, yes: str, accepted: object) -> None:
    no = {"ja": "nein", "TRUE": "FALSE", "1": "0", "1.0": "0.0", "Oui": "Non"}[yes]
    rows = [[i, moment(i), yes if i % 3 == 0 else no] for i in range(120)]
    inferred = infer(write(tmp_path / "leads.csv", ["id", "created_at", "converted"], rows), now=NOW)
    assert inferred.get("outcomes", "accepted") == (accepted,)
    assert count(loaded(inferred), "SELECT count(*) FROM lead WHERE target = 1") == 40


def test_a_date_of_acceptance_in_the_leads_own_rows_is_an_outcome(tmp_path: Path) -> None:
    rows = [[i, moment(i), moment(i + 30) if i % 3 == 0 else None, i % 5] for i in range(300)]
    leads = write(tmp_path / "leads.csv", ["id", "MQL date", "SQL date", "size"], rows)
    inferred = infer(leads, now=NOW)
    assert inferred.get("outcomes", "at") == "SQL date"
    known = loaded(inferred)
    assert count(known, "SELECT count(*) FROM outcome WHERE accepted") == 100
    assert count(known, "SELECT count(*) FROM bad_row") == 0
    assert {c.name for c in known.columns} == {"size"}


def test_without_outcomes_the_file_says_that_there_is_nothing_to_train_on(tmp_path: Path) -> None:
    inferred = infer(undescribed.leads(tmp_path / "leads.csv", ENGLISH), now=NOW)
    assert "there is nothing to train on" in inferred.to_toml()
    loaded(inferred)


def test_columns_that_are_known_only_at_the_end_are_excluded_with_a_reason(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows: list[list[object]] = []
    for i in range(400):
        stage = rng.choice(["Won", "Lost", "Open"])
        done = stage != "Open"
        rows.append(
            [i, moment(i), stage, rng.choice("xyz") if done else None, rng.random(), rng.random(), rng.choice("abc")]
        )
    names = ["id", "created_at", "stage", "handover", "close_value", "duration", "industry"]
    inferred = infer(write(tmp_path / "leads.csv", names, rows), now=NOW)
    assert excluded(inferred) == {"handover", "close_value", "duration"}
    assert '"handover",  # filled in 100 % of decided leads and in 0 % of the others' in inferred.to_toml()


def test_a_column_that_the_outcome_sets_is_excluded_whatever_it_is_called(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows: list[list[object]] = []
    for i in range(800):
        won = rng.random() < 0.3
        told = won if rng.random() < 0.97 else not won
        rows.append([i, moment(i / 4), int(won), "q7" if told else "q2", rng.choice("abc"), rng.random() + 0.2 * won])
    names = ["id", "created_at", "converted", "zone_tag", "industry", "engagement"]
    inferred = infer(write(tmp_path / "leads.csv", names, rows), now=NOW)
    assert excluded(inferred) == {"zone_tag"}
    assert {c.name for c in loaded(inferred).columns} == {"industry", "engagement"}


def test_todays_status_is_no_feature_beside_a_table_of_outcomes(tmp_path: Path) -> None:
    rows = [[f"{i:05d}", moment(i * 0.7), ["New", "Working", "Qualified"][i % 3], i % 4] for i in range(400)]
    leads = write(tmp_path / "leads.csv", ["lead_id", "mql_at", "Lead Status", "size"], rows)
    inferred = infer(leads, None, undescribed.outcomes(tmp_path / "o.csv", OUTCOMES, STAGES), now=NOW)
    assert excluded(inferred) == {"Lead Status"}


def test_activity_types_that_are_the_outcome_are_never_seen(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    outcomes = undescribed.outcomes(tmp_path / "o.csv", OUTCOMES, STAGES)
    lines = outcomes.read_text().splitlines()[1:]
    told = [line.split(",") for line in lines if ",accepted," in line or ",rejected," in line]
    rows = [[lead, "stage logged", at] for lead, at, *_ in told] + [
        [lead, "page view", at[:11] + "00:01"] for lead, at, *_ in told
    ]
    acts = write(tmp_path / "acts.csv", ["lead_id", "type", "at"], rows)
    inferred = infer(leads, acts, outcomes, now=NOW)
    assert inferred.get("activities", "exclude") == ("stage logged",)
    assert count(loaded(inferred), "SELECT count(*) FROM activity WHERE type = 'stage logged'") == 0
    assert count(loaded(inferred), "SELECT count(*) FROM activity WHERE type = 'page view'") == len(told)


def test_excluded_activity_types_compare_as_trimmed_case_folded_text(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    acts = undescribed.activities(tmp_path / "acts.csv", ACTIVITIES, ["Demo", " demo ", "mail"])
    inferred = infer(leads, acts, now=NOW)
    said = {**inferred.to_dict()}
    from mqlgate import crm
    from mqlgate.config import Config

    said["activities"] = {**said["activities"], "exclude": ["DEMO"]}
    known = crm.load(Config(said, Path.cwd()), now=NOW)
    assert count(known, "SELECT count(*) FROM activity WHERE type <> 'mail'") == 0
    assert count(known, "SELECT count(*) FROM activity") > 0


def test_tiers_come_from_words_and_silent_types_are_listed(tmp_path: Path) -> None:
    leads = undescribed.leads(tmp_path / "leads.csv", ENGLISH)
    types = ["demo_request", "Preisliste angesehen", "Téléchargement livre blanc", "newsletter ouvert", "W_17"]
    inferred = infer(leads, undescribed.activities(tmp_path / "a.csv", ACTIVITIES, types), now=NOW)
    tiers = {tier: inferred.get("features.activity_tiers", tier) for tier in ("high", "medium", "low")}
    assert tiers == {
        "high": ("Preisliste angesehen",),
        "medium": ("Téléchargement livre blanc",),
        "low": ("newsletter ouvert",),
    }
    assert '"W_17"' in inferred.to_toml()
    known = loaded(inferred)
    assert count(known, "SELECT count(DISTINCT type) FROM activity WHERE tier = 'high'") == 2


def test_the_hubspot_preset_reads_a_contact_export(tmp_path: Path) -> None:
    rng = random.Random(4)
    columns: dict[str, Callable[[int], object]] = {
        "Record ID": lambda i: 9000 + i,
        "Email": lambda i: f"p{i}@firm{rng.randrange(50)}.com",
        "Job Title": lambda i: f"Head of {rng.randrange(40)}",
        "Create Date": lambda i: moment(i, MINUTES),
        "Became a Marketing Qualified Lead Date": lambda i: moment(i + 2, MINUTES),
        "Became a Sales Qualified Lead Date": lambda i: moment(i + 40, MINUTES) if i % 4 == 0 else None,
        "Original Traffic Source": lambda _: rng.choice(["Organic search", "Paid search"]),
        "Contact owner": lambda _: rng.choice(["Ann", "Bob"]),
        "Lifecycle Stage": lambda i: ["Lead", "Customer"][i % 2],
        "Last Modified Date": lambda i: moment(600, MINUTES),
        "Number of Pageviews": lambda _: rng.randrange(30),
        "Industry": lambda _: rng.choice(["it", "law", "media"]),
    }
    names, rows = list(columns), [[value(i) for value in columns.values()] for i in range(400)]
    inferred = infer(write(tmp_path / "contacts.csv", names, rows), preset="hubspot", now=NOW)
    assert inferred.get("leads", "qualified_at") == "Became a Marketing Qualified Lead Date"
    assert inferred.get("leads", "source") == "Original Traffic Source"
    assert inferred.get("outcomes", "at") == "Became a Sales Qualified Lead Date"
    assert excluded(inferred) == {"Lifecycle Stage", "Last Modified Date", "Number of Pageviews"}
    known = loaded(inferred)
    assert count(known, "SELECT count(*) FROM outcome WHERE accepted") == 100
    assert count(known, "SELECT count(*) FROM bad_row") == 0


def test_an_unknown_preset_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'no preset "sugar"(.|\n)*hubspot'):
        infer(tmp_path / "leads.csv", preset="sugar", now=NOW)
