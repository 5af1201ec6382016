"""From files that nobody has described to a configuration: the steps of `mqlgate init`, in their order.

Each step stands in a file of its own; this one hands the results on. Never writes a file.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from mqlgate.clock import wall_clock
from mqlgate.errors import InputError
from mqlgate.inference import activity_types, events, field_history, late_columns, lead_table, lookups, stages
from mqlgate.inference.decision import Choose, Decision, Draft, likeliest
from mqlgate.inference.events import Events
from mqlgate.inference.inferred import Inferred
from mqlgate.inference.lead_table import Reference
from mqlgate.inference.own_outcomes import OwnOutcomes, own_outcomes
from mqlgate.inference.profile import Profile, look_at, shown
from mqlgate.inference.spans import horizon_draft
from mqlgate.inference.suspicion import with_suspects
from mqlgate.inference.vocabulary import Vocabulary, vocabulary
from mqlgate.progress import Step, silent
from mqlgate.tables.names import quote_text


def infer(
    leads: str | Path,
    activities: str | Path | None = None,
    outcomes: str | Path | None = None,
    lookups: Sequence[str | Path] = (),
    preset: str | None = None,
    choose: Choose = likeliest,
    *,
    now: datetime | None = None,
    step: Step = silent,
) -> Inferred:
    """Look at files and decide how mqlgate should read them.

    Parameters
    ----------
    leads, activities, outcomes, lookups
        CSV (gzip too) or Parquet files, or globs of Parquet files. Which of two event files is the activities and
        which the outcomes is decided by what they hold. Among `lookups` may be a history of lead fields.
    preset
        The system that exported them, such as "hubspot"; several, divided by commas, where columns or acts come from
        others as well: "salesforce,zoominfo".
    choose
        Asked where two answers fit: given the question and its options in words, the likeliest first, it returns the
        place of the chosen one. The default takes the likeliest.
    now
        The wall clock, naive UTC.
    step
        Told the name of each step as it begins.

    Raises
    ------
    InputError
        Where a file cannot be read, no column identifies a lead, or a table refers to no lead.
    """
    run = _Run(vocabulary(preset), choose, now or wall_clock(), step)
    return run.of(str(leads), _named(activities), _named(outcomes), [str(p) for p in lookups])


class _Run:
    """One inference: what the steps share."""

    def __init__(self, words: Vocabulary, choose: Choose, now: datetime, step: Step) -> None:
        self.asked, self.choose, self.now, self.step = words, choose, now, step
        self.words = words
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")

    def of(
        self, lead_path: str, acts_path: str | None, verdicts_path: str | None, lookup_paths: Sequence[str]
    ) -> Inferred:
        event_paths = [path for path in (acts_path, verdicts_path) if path]
        self.step(f"reading {lead_path}")
        leads = look_at(self.con, lead_path, "leads")
        self.words = self.asked.of_table(leads.facts)
        profiles = [self._looked_at(path, f"events_{n}") for n, path in enumerate(event_paths, start=1)]
        ids = lead_table.possible_ids(leads, self.words)
        pairs = [lead_table.reference(p, leads, ids, self._words_of(p), "activities") for p in profiles]
        lead_id = pairs[-1].lead_id if pairs else ids[0]
        pairs = [
            p if p.lead_id == lead_id else lead_table.reference(t, leads, [lead_id], self._words_of(t), "activities")
            for t, p in zip(profiles, pairs, strict=True)
        ]
        acts, verdicts, swapped = self._told_apart(list(zip(profiles, pairs, strict=True)), acts_path is not None)
        draft = _table_draft("leads", leads) + lead_table.id_draft(
            leads, lead_id, ids, list(zip(profiles, pairs, strict=True))
        )
        draft += lead_table.times_draft(leads, self.words, {lead_id}) + swapped
        mapped = {lead_id, *self._times(draft)}
        draft += lead_table.dayfirst_draft(leads, [*self._times(draft)])
        dayfirst = draft.get("leads", "dayfirst")
        order = dayfirst if isinstance(dayfirst, bool) else None
        own = self._own(leads, lead_id, mapped, verdicts)
        draft += own.draft + self._no_times(leads, draft, lead_id)
        outcome_events, stage = own.events, None
        if verdicts:
            outcome_events, stage, said = self._outcomes(verdicts, order)
            draft += said
        draft += self._horizon(leads, draft, outcome_events, stage, acts, verdicts)
        taken = mapped | {str(draft.get("leads", "order"))} | ({own.column} if own.column else set())
        late = self._late(leads, taken, own, outcome_events, stage, draft)
        draft += lead_table.roles_draft(leads, self.words, taken | {column for column, _ in late})
        draft += self._further(lookup_paths, leads, lead_id, order)
        if acts:
            draft += self._activities(acts, order, outcome_events, stage, draft)
        self.step("looking for leakage suspects")
        return with_suspects(draft, late, self.words, self.now)

    def _words_of(self, table: Profile) -> Vocabulary:
        """The words for a table of events, its shape's before the system's."""
        return self.asked.of_table(table.facts)

    def _looked_at(self, path: str, name: str) -> Profile:
        self.step(f"reading {path}")
        return look_at(self.con, path, name)

    def _told_apart(
        self, tables: list[tuple[Profile, Reference]], given_as_acts: bool
    ) -> tuple[tuple[Profile, Reference] | None, tuple[Profile, Reference] | None, Draft]:
        """Which table is the activities, which the outcomes; said where the files were given the other way."""
        points = [events.speaks_of_outcomes(profile, pair, self._words_of(profile)) for profile, pair in tables]
        if not tables:
            return None, None, Draft()
        if len(tables) == 1:
            are_acts = points[0] <= 0 if given_as_acts else points[0] < 0
            return (tables[0], None, Draft()) if are_acts else (None, tables[0], Draft())
        first, second = tables
        if points[0] > 0 > points[1]:
            said = f"{first[0].name} was given as activities and holds outcomes, {second[0].name} the reverse: swapped."
            return second, first, Draft(notes=(("leads", said),))
        return first, second, Draft()

    def _times(self, draft: Draft) -> list[str]:
        return [str(c) for c in (draft.get("leads", "created_at"), draft.get("leads", "qualified_at")) if c]

    def _own(self, leads: Profile, lead_id: str, mapped: set[str], verdicts: object) -> OwnOutcomes:
        return OwnOutcomes(Draft()) if verdicts else own_outcomes(leads, self.words, lead_id, mapped, self.choose)

    def _no_times(self, leads: Profile, draft: Draft, lead_id: str) -> Draft:
        return Draft() if self._times(draft) else lead_table.order_draft(leads, self.words, lead_id)

    def _outcomes(self, table: tuple[Profile, Reference], dayfirst: bool | None) -> tuple[Events, str | None, Draft]:
        profile, pair = table
        words = self._words_of(profile)
        self.step("reading what the stages mean")
        found, draft = events.time_columns(profile, "outcomes", pair, words)
        stage = events.stage_column(found, words)
        draft = _table_draft("outcomes", profile) + events.lead_draft("outcomes", pair) + draft
        draft += events.outcomes_draft(found, stage, words, dayfirst)
        if stage:
            draft += stages.stages_draft(found, stage.column, words, self.choose)
        reason = draft.get("outcomes", "reason")
        if isinstance(reason, str):
            draft += stages.reasons_draft(found, reason, words)
        return found, stage.column if stage else None, draft

    def _horizon(
        self, leads: Profile, draft: Draft, outcomes: Events | None, stage: str | None, acts: object, verdicts: object
    ) -> Draft:
        if outcomes is None:
            return Draft()
        start = draft.get("leads", "qualified_at") or draft.get("leads", "created_at")
        if not isinstance(start, str):
            raise InputError(
                leads.path,
                "outcomes have times but the leads have none, so no horizon can be counted",
                "a column that says when a lead came to be or became an MQL",
                "Add one such as created_at to the leads",
            )
        tables = [t for t in (acts, verdicts) if isinstance(t, tuple)]
        as_of = self._latest([(leads, c) for c in self._times(draft)] + [(t[0], c) for t in tables for c in t[0].times])
        accepted, won = (tuple(map(str, _listed(draft.get("outcomes", key)))) for key in ("accepted", "won"))
        return horizon_draft(leads, start, outcomes, stage, (accepted, won), as_of)

    def _latest(self, columns: Sequence[tuple[Profile, str]]) -> datetime:
        latest = []
        for profile, column in columns:
            at = profile.times[column].at
            row = self.con.execute(
                f"SELECT max({at}) FROM {profile.source} WHERE ({at}) <= $now", {"now": self.now}
            ).fetchone()
            if row and isinstance(row[0], datetime):
                latest.append(row[0])
        return max(latest, default=self.now)

    def _late(
        self,
        leads: Profile,
        taken: set[str],
        own: OwnOutcomes,
        outcomes: Events | None,
        stage: str | None,
        draft: Draft,
    ) -> list[tuple[str, str]]:
        decided, accepted = own.decided, own.accepted
        if outcomes is not None and outcomes.profile is not leads:
            profile, lead = outcomes.profile, outcomes.reference
            is_in = f"{leads.value(lead.lead_id)} IN (SELECT {profile.value(lead.column)} FROM {profile.source}"
            values = tuple(
                map(str, (*_listed(draft.get("outcomes", "accepted")), *_listed(draft.get("outcomes", "rejected"))))
            )
            decided = f"{is_in} WHERE {_in(profile, stage, values)})"
            accepted = (
                f"{is_in} WHERE {_in(profile, stage, tuple(map(str, _listed(draft.get('outcomes', 'accepted')))))})"
            )
        mapped = taken | ({outcomes.at} if outcomes is not None and outcomes.profile is leads else set())
        return late_columns.late_columns(leads, self.words, mapped, decided, accepted, own.others)

    def _further(self, paths: Sequence[str], leads: Profile, lead_id: str, dayfirst: bool | None) -> Draft:
        """Tables given by --lookup: static ones, and a history of lead fields."""
        draft, taken, number = Draft(), {c.lower() for c in leads.facts}, 0
        for place, path in enumerate(paths, start=1):
            table = self._looked_at(path, f"further_{place}")
            words = self._words_of(table)
            field = field_history.field_column(table, leads, words)
            if field and not draft.get("history", "path"):
                said = field_history.history_draft(table, field, leads, lead_id, words, dayfirst)
                draft += _table_draft("history", table) + said
                continue
            number += 1
            said, names = lookups.lookup_draft(number, table, leads, taken)
            taken |= names
            draft += _table_draft(f"lookups[{number}]", table) + said
        return draft

    def _activities(
        self,
        table: tuple[Profile, Reference],
        dayfirst: bool | None,
        outcomes: Events | None,
        stage: str | None,
        draft: Draft,
    ) -> Draft:
        profile, pair = table
        words = self._words_of(profile)
        self.step("reading activity types")
        found, times = events.time_columns(profile, "activities", pair, words)
        said = _table_draft("activities", profile) + events.lead_draft("activities", pair) + times
        said += events.activities_draft(found, words, dayfirst)
        type_column = str(said.get("activities", "type"))
        if outcomes is not None and outcomes.profile is not table[0]:
            deciding = [str(v) for key in ("accepted", "rejected", "won") for v in _listed(draft.get("outcomes", key))]
            said += activity_types.outcome_types(found, type_column, outcomes, stage, deciding)
        said = activity_types.with_those_left_out(said, found, type_column, words)
        said += activity_types.third_parties(found, type_column, words)
        excluded = [str(v) for v in _listed(said.get("activities", "exclude"))]
        return said + activity_types.tiers_draft(found, type_column, words, excluded)


def _named(path: str | Path | None) -> str | None:
    return None if path is None else str(path)


def _table_draft(section: str, profile: Profile) -> Draft:
    decisions = [Decision(section, "path", profile.path, f"{profile.rows:,} rows, {len(profile.facts)} columns")]
    if profile.encoding != "utf-8":
        decisions.append(
            Decision(
                section, "encoding", profile.encoding, "the file is not UTF-8; this is a guess, so look at its accents"
            )
        )
    notes = []
    if profile.table.bad:
        notes.append(
            (section, f"{len(profile.table.bad):,} records of {shown(profile.name)} are no rows and were passed over.")
        )
    return Draft(tuple(decisions), tuple(notes))


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _in(profile: Profile, stage: str | None, values: Sequence[str]) -> str:
    if stage is None:
        return "TRUE"
    return f"{profile.value(stage)} IN ({', '.join(map(quote_text, values))})" if values else "FALSE"
