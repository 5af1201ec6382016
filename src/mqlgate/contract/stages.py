"""What sales did: stages in neither list, values that never occur, unknown reasons, verdicts that come too early."""

from collections.abc import Iterator, Sequence

from mqlgate.contract.evidence import counted_values, gathered, record_of, rows_of
from mqlgate.contract.finding import Finding
from mqlgate.contract.keys import nearest
from mqlgate.crm import Crm
from mqlgate.errors import listed, quoted
from mqlgate.tables import kinds
from mqlgate.tables.names import quote_name
from mqlgate.tables.settings import OutcomesSection

_LISTS = ("accepted", "rejected", "won", "touched")


def find(crm: Crm) -> Iterator[Finding]:
    """Findings of this kind."""
    outcomes = crm.config.optional(OutcomesSection)
    if outcomes is None:
        return
    key = "leads" if outcomes.column else "outcomes"
    column = outcomes.column or outcomes.stage
    if key not in crm.raw:
        return
    if column and column not in crm.raw[key].columns:
        yield _missing_target(crm, column)
        return
    yield from _contradictions(crm, outcomes, key, column)
    if column:
        said = _values(crm, key, column)
        yield from _unknown(crm, outcomes, key, column, said)
        yield from _never(crm, outcomes, key, column, said)
    if outcomes.reason:
        yield from _reasons(crm, outcomes.reason)
    if not outcomes.column:
        yield from _too_early(crm, outcomes)


def _missing_target(crm: Crm, column: str) -> Finding:
    raw = crm.raw["leads"]
    near = nearest(column, list(raw.columns))
    return Finding(
        "missing_target_column",
        "error",
        "leads",
        raw.where,
        column,
        raw.rows,
        "there is no such column, and [outcomes] names it as the target"
        + (f"; the nearest column is {quoted(near)}" if near else ""),
        "Mend the name, or export the column; files to be scored need not have it",
    )


def _values(crm: Crm, key: str, column: str) -> list[tuple[str, int]]:
    """The values of a column as they stand there, the most frequent first."""
    rows = crm.con.execute(
        f"""SELECT {kinds.text_sql(column)} AS said, count(*) AS n FROM {quote_name(crm.raw[key].name)}
            WHERE said IS NOT NULL GROUP BY said ORDER BY n DESC, said"""
    ).fetchall()
    return [(str(said), int(count)) for said, count in rows]


def _contradictions(crm: Crm, outcomes: OutcomesSection, key: str, column: str | None) -> Iterator[Finding]:
    accepted, rejected, won = (set(map(kinds.folded, values)) for values in _lists(outcomes)[:3])
    both = sorted(accepted & rejected)
    if both:
        yield Finding(
            "value_in_both_lists",
            "error",
            key,
            crm.config.where,
            column,
            0,
            f"{listed(map(quoted, both))} stands both in accepted and in rejected of [outcomes]",
            "Keep each value in one list",
        )
    apart = sorted(won - accepted)
    if apart and not outcomes.column:
        yield Finding(
            "won_not_accepted",
            "warning",
            key,
            crm.config.where,
            column,
            0,
            f"{listed(map(quoted, apart))} is won but not accepted in [outcomes]: a lead that was only won counts as "
            "never accepted",
            "Add the value to accepted, unless each won lead has an acceptance of its own",
        )


def _lists(outcomes: OutcomesSection) -> tuple[Sequence[object], ...]:
    return outcomes.accepted, outcomes.rejected, outcomes.won, outcomes.touched


def _unknown(
    crm: Crm, outcomes: OutcomesSection, key: str, column: str, said: list[tuple[str, int]]
) -> Iterator[Finding]:
    if outcomes.column and not outcomes.rejected:
        return  # every other value is 0
    known = {kinds.folded(value) for values in _lists(outcomes) for value in values}
    unknown = [(value, count) for value, count in said if kinds.folded(value) not in known]
    if not unknown:
        return
    rows = sum(count for _, count in unknown)
    yield Finding(
        "unknown_target_value" if outcomes.column else "unknown_stage",
        "warning",
        key,
        crm.raw[key].where,
        column,
        rows,
        f"{rows:,} of {rows_of(crm, key):,} rows are in neither list of [outcomes] and decide nothing: "
        f"{counted_values(unknown)}",
        "Add to accepted or rejected what decides; ignore this if the others are steps on the way",
    )


def _never(
    crm: Crm, outcomes: OutcomesSection, key: str, column: str, said: list[tuple[str, int]]
) -> Iterator[Finding]:
    there = {kinds.folded(value) for value, _ in said}
    for name, values in zip(_LISTS, _lists(outcomes), strict=True):
        missing = [str(value) for value in values if kinds.folded(value) not in there]
        if not missing:
            continue
        none_at_all = name == "accepted" and len(missing) == len(values) and bool(said)
        near = nearest(missing[0], [value for value, _ in said])
        yield Finding(
            "value_never_occurs",
            "error" if none_at_all else "warning",
            key,
            crm.raw[key].where,
            column,
            0,
            f"{listed(map(quoted, missing))} of [outcomes] {name} never occurs here"
            + (f"; the nearest value is {quoted(near)}" if near else "")
            + f". The values are {counted_values(said)}",
            "Write the values as they stand in the data; case and blanks at the ends do not matter",
        )


def _reasons(crm: Crm, column: str) -> Iterator[Finding]:
    unknown = crm.con.execute(
        """SELECT reason_said, count(*) AS n FROM outcome WHERE rejected AND reason IS NULL AND reason_said IS NOT NULL
           GROUP BY reason_said ORDER BY n DESC, reason_said"""
    ).fetchall()
    if unknown:
        rows = sum(int(count) for _, count in unknown)
        yield Finding(
            "unknown_reason",
            "warning",
            "outcomes",
            crm.raw["outcomes"].where,
            column,
            rows,
            f"{rows:,} rejections carry reasons outside the closed list: {counted_values(unknown)}",
            'Map the words in [outcomes.reasons], such as "Company too small" = "wrong_company_size"',
        )


def _too_early(crm: Crm, outcomes: OutcomesSection) -> Iterator[Finding]:
    evidence = gathered(
        crm,
        f"""SELECT {record_of(crm, "outcomes", "o.row")} AS record, strftime(o."at", '%Y-%m-%d %H:%M') AS value
            FROM outcome o JOIN lead l USING (lead_id)
            WHERE (o.accepted OR o.rejected) AND o.at_end < l.qualified_at""",
    )
    if evidence.rows:
        yield Finding(
            "outcome_before_qualified",
            "warning",
            "outcomes",
            crm.raw["outcomes"].where,
            outcomes.at,
            evidence.rows,
            f"{evidence.rows:,} acceptances or rejections precede their lead's qualification "
            f"({evidence.shown()}) and do not count",
            "Mend the dates of the outcome or of the qualification",
            evidence.records,
        )
