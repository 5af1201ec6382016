"""What stages mean: accepted, rejected, won, touched; by their words and, where those are silent, by what they did.

Reads the events; never decides which columns hold them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mqlgate.inference.decision import Answer, Choose, Decision, Draft, Entries, Option, asked
from mqlgate.inference.events import Events
from mqlgate.inference.profile import percent, shown
from mqlgate.inference.spelling import compact
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.names import quote_text

_ENDS = 0.95
_FEWEST = 20
_LONG_SILENCE_DAYS = 60.0


@dataclass(frozen=True)
class StageFacts:
    """What a stage did to leads.

    Attributes
    ----------
    leads
        Leads that ever had it.
    ends
        The share of them that had no other stage after it.
    median_days
        Median days from a lead's first stage to this one.
    silent_days
        Median days from it to the latest outcome of all.
    """

    stage: str
    leads: int
    ends: float
    median_days: float
    silent_days: float


def stage_facts(events: Events, column: str) -> list[StageFacts]:
    """Facts of each stage, the most frequent first."""
    profile = events.profile
    at, lead, stage = profile.times[events.at].at, profile.value(events.reference.column), profile.value(column)
    rows = profile.con.execute(
        f"""WITH e AS (SELECT {lead} AS lead, {stage} AS stage, {at} AS t FROM {profile.source}),
                 k AS (SELECT * FROM e WHERE lead IS NOT NULL AND stage IS NOT NULL AND t IS NOT NULL),
                 s AS (SELECT lead, stage, max(t) AS last, min(t) AS first FROM k GROUP BY lead, stage),
                 l AS (SELECT lead, max(t) AS last, min(t) AS first FROM k GROUP BY lead)
            SELECT s.stage, count(*), avg(CASE WHEN s.last >= l.last THEN 1.0 ELSE 0.0 END),
                   median(epoch(s.first - l.first)) / 86400, median(epoch((SELECT max(t) FROM k) - s.last)) / 86400
            FROM s JOIN l USING (lead) GROUP BY s.stage ORDER BY count(*) DESC, s.stage"""
    ).fetchall()
    return [StageFacts(str(r[0]), int(r[1]), float(r[2]), float(r[3] or 0), float(r[4] or 0)) for r in rows]


def stages_draft(events: Events, column: str, vocabulary: Vocabulary, choose: Choose) -> Draft:
    """accepted, rejected, won and touched; asks where two stages could be the acceptance."""
    facts = stage_facts(events, column)
    by_meaning: dict[str, list[StageFacts]] = {}
    for fact in facts:
        meaning, _ = vocabulary.meaning(fact.stage)
        by_meaning.setdefault(meaning or "unknown", []).append(fact)
    won = [f for f in facts if vocabulary.is_won(f.stage)]
    chosen, answers, why = _acceptance(facts, by_meaning, won, vocabulary, choose)
    accepted = [*chosen, *[f for f in won if f not in chosen]]
    after, before = _after(events, column, chosen, by_meaning.get("progressed", []))
    accepted += [f for f in after if f not in accepted]
    rejected = [f for f in by_meaning.get("rejected", []) if f not in accepted]
    # In a system's own log stand the changes of other fields, too: there an unknown value decides nothing.
    unknown = [] if vocabulary.said("outcomes", "rejected") else by_meaning.get("unknown", [])
    ended = [f for f in unknown if f not in accepted and _ends_leads(events, column, f, accepted)]
    decisions = [Decision("outcomes", "accepted", _entries(accepted), why, _alternatives(answers))]
    if rejected or ended:
        why = f"{_counts(rejected)}" if rejected else "no word says so, but the history does"
        entries = _entries(rejected) + _entries(
            ended, "no known word, but {ends} of its leads end here and none was accepted"
        )
        decisions.append(Decision("outcomes", "rejected", entries, why))
    if won:
        decisions.append(Decision("outcomes", "won", _entries(won), _counts(won)))
    touched = [f for f in by_meaning.get("touched", []) if f not in accepted]
    if touched:
        decisions.append(Decision("outcomes", "touched", _entries(touched), "a first touch by sales"))
    named = {f.stage for group in (accepted, rejected, ended, won, touched) for f in group}
    silent = [f for f in facts if f.stage not in named]
    notes = []
    if silent:
        said = ", ".join(f"{shown(f.stage)} ({f.leads:,} leads, {percent(f.ends)} end there)" for f in silent[:12])
        notes.append(("outcomes", f"These stages decide nothing: {said}."))
    if before:
        notes.append(("outcomes", f"Before the acceptance, hence none: {', '.join(shown(f.stage) for f in before)}."))
    return Draft(tuple(decisions), tuple(notes), answers)


def _acceptance(
    facts: Sequence[StageFacts],
    by_meaning: dict[str, list[StageFacts]],
    won: Sequence[StageFacts],
    vocabulary: Vocabulary,
    choose: Choose,
) -> tuple[list[StageFacts], tuple[Answer, ...], str]:
    """The stages that are the acceptance, with the question that was asked, if any, and the reason."""
    said = [f for f in by_meaning.get("accepted", []) if f not in won]
    whole = [f for f in said if vocabulary.meaning(f.stage)[1]]
    if vocabulary.said("outcomes", "accepted") and whole:
        return whole, (), f"stages of {vocabulary.told_by('outcomes', 'accepted')}: {_counts(whole)}"
    fitting = _spellings(whole or said)
    if not fitting and not won:
        fitting = _spellings(by_meaning.get("progressed", []))
    if len(fitting) == 1:
        return fitting[0], (), f"the word says so: {_counts(fitting[0])}"
    if not fitting and won:
        return list(won), (), f"no stage says accepted, and a won lead was accepted: {_counts(won)}"
    if not fitting:
        return _by_history(facts, by_meaning, choose)
    text = "More than one stage can be read as acceptance by sales. Which one is to be predicted?"
    options = [Option(group[0].stage, _said_of(group[0]), group[0].ends) for group in fitting]
    answer = asked("the accepted stage", text, options, choose)
    chosen = next(group for group in fitting if group[0].stage == answer.chosen.name)
    why = f"{_counts(chosen)}; chosen among {len(fitting)} that fit: {_said_of(chosen[0])}"
    return chosen, (answer,), why


def _by_history(
    facts: Sequence[StageFacts], by_meaning: dict[str, list[StageFacts]], choose: Choose
) -> tuple[list[StageFacts], tuple[Answer, ...], str]:
    """No word is known: acceptances take longest of all stages that end leads (rejections come in days)."""
    unknown = by_meaning.get("unknown") or list(facts)
    options = [Option(f.stage, _said_of(f), f.median_days * f.ends) for f in unknown]
    text = "No stage has a name that says acceptance. Which one is to be predicted?"
    answer = asked("the accepted stage", text, options, choose)
    chosen = next(f for f in unknown if f.stage == answer.chosen.name)
    return [chosen], (answer,), f"no name says acceptance; {_said_of(chosen)}. Please check"


def _after(
    events: Events, column: str, chosen: Sequence[StageFacts], progressed: Sequence[StageFacts]
) -> tuple[list[StageFacts], list[StageFacts]]:
    """Stages such as `opportunity`: those that follow the acceptance imply it, those that come before it do not."""
    after: list[StageFacts] = []
    before: list[StageFacts] = []
    for fact in progressed:
        if fact in chosen:
            continue
        profile = events.profile
        first = f"""SELECT {profile.value(events.reference.column)} AS lead, min({profile.times[events.at].at}) AS t
                    FROM {profile.source} WHERE {profile.value(column)} IN ({{}}) GROUP BY lead"""
        accepted = first.format(", ".join(quote_text(f.stage) for f in chosen))
        row = profile.con.execute(
            f"""SELECT avg(CASE WHEN p.t >= a.t THEN 1.0 ELSE 0.0 END)
                FROM ({first.format(quote_text(fact.stage))}) p JOIN ({accepted}) a USING (lead)"""
        ).fetchone()
        follows = row is None or row[0] is None or row[0] >= _ENDS
        (after if follows else before).append(fact)
    return after, before


def _ends_leads(events: Events, column: str, fact: StageFacts, accepted: Sequence[StageFacts]) -> bool:
    """Whether a stage without a known word is the end of leads, none of which was accepted."""
    if fact.leads < _FEWEST or fact.ends < _ENDS or fact.silent_days < _LONG_SILENCE_DAYS:
        return False
    profile = events.profile
    lead = profile.value(events.reference.column)
    leads_of = f"SELECT {lead} FROM {profile.source} WHERE {profile.value(column)} IN ({{}})"
    mine, theirs = (
        leads_of.format(quote_text(fact.stage)),
        leads_of.format(", ".join(quote_text(f.stage) for f in accepted)),
    )
    row = profile.con.execute(f"SELECT count(*) FROM (({mine}) INTERSECT ({theirs}))").fetchone()
    return row is not None and row[0] == 0


def _spellings(facts: Sequence[StageFacts]) -> list[list[StageFacts]]:
    """Stages that differ in spelling only are one."""
    groups: dict[str, list[StageFacts]] = {}
    for fact in facts:
        groups.setdefault(compact(fact.stage), []).append(fact)
    return list(groups.values())


def _entries(facts: Sequence[StageFacts], why: str = "") -> Entries:
    return tuple((f.stage, why.format(ends=percent(f.ends))) for f in facts)


def _counts(facts: Sequence[StageFacts]) -> str:
    return ", ".join(f"{shown(f.stage)} {f.leads:,} leads" for f in facts)


def _said_of(fact: StageFacts) -> str:
    days = f"{fact.median_days:.1f}" if fact.median_days < 10 else f"{fact.median_days:.0f}"
    had = f"{fact.leads:,} leads have {shown(fact.stage)}, at the median {days} days after their first stage"
    return f"{had}; it is the last stage of {percent(fact.ends)} of them"


def _alternatives(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(
        f"{shown(o.name)} ({o.why})" for answer in answers for o in answer.question.options if o is not answer.chosen
    )


def reasons_draft(events: Events, reason: str, vocabulary: Vocabulary) -> Draft:
    """`[outcomes.reasons]`: the data's words as codes of the closed list, as far as words are known."""
    levels = events.profile.levels(reason, most=60)
    known = [(said, code) for said in levels if (code := vocabulary.reason(said))]
    decisions = tuple(Decision("outcomes.reasons", said, code) for said, code in known)
    unknown = [said for said in levels if vocabulary.reason(said) is None]
    notes = []
    if unknown:
        notes.append(
            ("outcomes.reasons", f"Unknown reasons, each to be given a code: {', '.join(map(shown, unknown[:20]))}.")
        )
    return Draft(decisions, tuple(notes))
