"""The CRM as mqlgate sees it: canonical tables in one DuckDB connection, all times in naive UTC.

Loading never fails for a bad value: a row without a readable id or key time is set aside in `bad_row`, and the contract
layer says so. It fails where a table or a column is missing. Never looks at what a lead became; that is for `labels`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from mqlgate.config import Config
from mqlgate.crm.columns import refuse_missing
from mqlgate.crm.events import load_activities, load_history, load_outcomes
from mqlgate.crm.leads import load_leads
from mqlgate.crm.loading import Loading
from mqlgate.crm.lookups import load_lookups
from mqlgate.crm.records import Column, Crm
from mqlgate.tables.kinds import Kind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "Crm", "load"]


def load(
    config: Config,
    *,
    now: datetime,
    as_of: datetime | None = None,
    frames: Mapping[str, "pd.DataFrame"] | None = None,
    asked: Path | None = None,
    trained_kinds: Mapping[str, Kind] | None = None,
    needed: Iterable[str] = (),
) -> Crm:
    """Read all tables that `config` names into canonical form.

    Parameters
    ----------
    now
        The wall clock, naive UTC.
    as_of
        The moment to see the CRM at; None for the latest mapped time.
    frames
        DataFrames in place of files, by section: `leads`, `asked`, `activities`, `history`, `outcomes`, `lookups[1]`.
    asked
        A file of leads to be scored; its rows come first in `lead` and only they have `asked` true.
    trained_kinds
        Kinds of columns as a version knows them; they overrule what the values look like now.
    needed
        Columns without which there is no scoring.

    Raises
    ------
    InputError
        Where a table cannot be read or a mapped or needed column is missing.
    """
    loading = Loading(config, dict(frames or {}), dict(trained_kinds or {}))
    try:
        load_leads(loading, asked)
        load_lookups(loading)
        refuse_missing(loading, tuple(needed))
        load_activities(loading)
        load_history(loading)
        load_outcomes(loading)
        return _loaded(loading, now, as_of)
    except BaseException:
        loading.con.close()
        raise


def _loaded(loading: Loading, now: datetime, as_of: datetime | None) -> Crm:
    return Crm(
        con=loading.con,
        config=loading.config,
        columns=tuple(loading.columns),
        roles=loading.roles,
        as_of=as_of or _latest(loading.con, now),
        now=now,
        raw=loading.raw,
        readings=loading.readings,
        facts=loading.facts,
    )


def _latest(con: DuckDBPyConnection, now: datetime) -> datetime:
    """The latest mapped time that is not after the wall clock; the wall clock where no time is mapped.

    A date without a time of day is its whole day, and today is as much of it as has passed. What happened before the
    wall clock but was recorded after it counts with the time at which it happened.
    """
    a_day = "epoch_us(t.seen) % 1000000 = 999999 AND t.seen < t.at + INTERVAL 25 HOUR"
    row = con.execute(
        f"""SELECT max(CASE WHEN t.seen <= $now THEN t.seen WHEN {a_day} THEN $now ELSE t.at END)
           FROM (SELECT created_at AS at, created_at AS seen FROM lead
                 UNION ALL SELECT qualified_at, qualified_seen FROM lead
                 UNION ALL SELECT a.at, a.seen FROM activity a
                 UNION ALL SELECT h.at, h.seen FROM history h
                 UNION ALL SELECT o.at, o.seen FROM outcome o) t
           WHERE t.at <= $now""",
        {"now": now},
    ).fetchone()
    latest = row[0] if row else None
    return latest if isinstance(latest, datetime) else now
