"""One night's scoring: the version, the CRM as of a moment, the leads to be scored, the rows that are rejected.

Loads and judges what is to be scored; `scoring.table` makes the rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mqlgate import crm as crms
from mqlgate import labels, snapshots
from mqlgate.config import Config
from mqlgate.crm import Crm
from mqlgate.errors import InputError, listed
from mqlgate.features.catalogue import FeaturePlan
from mqlgate.progress import Step, silent
from mqlgate.registry.settings import TrackingSection
from mqlgate.tables.settings import LeadsSection

if TYPE_CHECKING:
    import pandas as pd

    from mqlgate.model.conversion import ConversionModel
    from mqlgate.tables.kinds import Kind
    from mqlgate.version import Version

SCORED_STATES = ("not_mql", "open")
_CHUNK_LEADS = 20_000


@dataclass(frozen=True)
class Night:
    """All that scoring needs, loaded. `named` says that exactly the rows of a file are scored, whatever their state."""

    config: Config
    crm: Crm
    number: int
    version: "Version"
    model: "ConversionModel"
    plan: FeaturePlan
    named: bool
    rows: int
    rejected: "pd.DataFrame"

    def chunks(self, leads: int = _CHUNK_LEADS) -> "Iterator[pd.DataFrame]":
        """The leads to be scored in the order of the input, some at a time: `row`, `lead_id`, `state`."""
        wanted = ", ".join(f"'{state}'" for state in (labels.STATES if self.named else SCORED_STATES))
        present = "TRUE" if self.named else "k.present"
        chosen = f"""FROM lead l JOIN label k USING (row) WHERE l.asked AND {present} AND k.state IN ({wanted})"""
        numbers = [row for (row,) in self.crm.con.execute(f"SELECT row {chosen} ORDER BY row").fetchall()]
        for start in range(0, len(numbers), leads):
            first, last = numbers[start], numbers[min(start + leads, len(numbers)) - 1]
            yield self.crm.con.execute(
                f"""SELECT row, l.lead_id, k.state, l.qualified_seen, l.created_at {chosen}
                    AND row BETWEEN {first} AND {last} ORDER BY row"""
            ).df()


def prepare(
    config: Config,
    *,
    now: datetime,
    as_of: datetime | None = None,
    leads: Path | None = None,
    model_version: int | None = None,
    frames: "Mapping[str, pd.DataFrame] | None" = None,
    step: Step = silent,
) -> Night:
    """Load the version and the CRM, set bad rows aside, take snapshots.

    Raises
    ------
    InputError
        Where there is no version, a key or a needed column is missing, or more than `max_bad_share` of rows are bad.
    """
    from mqlgate.registry.versions import Registry

    step("loading the version")
    number, version = Registry(config[TrackingSection], config.directory).load(model_version)
    plan = FeaturePlan.from_json(dict(version.recipe.plan))
    step("reading the tables")
    crm = crms.load(
        config,
        now=now,
        as_of=as_of,
        asked=leads,
        frames=frames,
        trained_kinds=cast("dict[str, Kind]", plan.kinds()),
        needed=plan.required_columns(),
    )
    named = "asked" in crm.raw
    rejected = _rejected(crm, "asked" if named else "leads")
    total = _refuse_too_many_bad(crm, "asked" if named else "leads", len(rejected["record"].unique()), config)
    labels.build(crm, crm.as_of)
    step("taking snapshots")
    snapshots.for_scoring(crm, crm.as_of, SCORED_STATES, asked=named)
    return Night(config, crm, number, version, version.model(), plan, named, total, rejected)


def _rejected(crm: Crm, key: str) -> "pd.DataFrame":
    """Rows that cannot be scored: `record` (the header is 1), `lead_id`, `column`, `value`, `reason`."""
    from mqlgate.tables.names import quote_name
    from mqlgate.tables.read import ROW

    lead_id = quote_name(crm.config[LeadsSection].id)
    return crm.con.execute(
        f"""SELECT b.record, CAST(r.{lead_id} AS VARCHAR) AS lead_id, b.column_name AS "column", b.value, b.reason
            FROM bad_row b LEFT JOIN {quote_name(crm.raw[key].name)} r ON r.{ROW} = b.row
            WHERE b.table_name = ? ORDER BY b.record, b.column_name, b.reason""",
        [key],
    ).df()


def _refuse_too_many_bad(crm: Crm, key: str, bad: int, config: Config) -> int:
    raw = crm.raw[key]
    total = raw.rows + len(raw.bad)
    if total == 0:
        raise InputError(raw.where, "there are no rows", "one row for each lead", "Nothing was written")
    share = config[LeadsSection].max_bad_share
    if bad > share * total:
        reasons = crm.con.execute(
            """SELECT reason, column_name, count(*) FROM bad_row WHERE table_name = ?
               GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 3""",
            [key],
        ).fetchall()
        records = crm.con.execute(
            "SELECT DISTINCT record FROM bad_row WHERE table_name = ? ORDER BY record LIMIT 20", [key]
        ).fetchall()
        why = "; ".join(f"{count:,} × {reason}{f' in {column}' if column else ''}" for reason, column, count in reasons)
        raise InputError(
            raw.where,
            f"{bad:,} of {total:,} rows cannot be scored ({why}; rows {listed([row[0] for row in records])})",
            f"at most {share:.1%} of the rows to be bad",
            "Mend the rows, or raise [leads] max_bad_share. Nothing was written",
        )
    return total
