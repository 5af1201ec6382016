"""What every database must keep when a scores table is written to it; run on SQLite and on PostgreSQL alike."""

import json
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pandas as pd
import sqlalchemy as sa

from ground.killed import killed_at
from ground.sample_scores import FACTS, scores
from mqlgate.sinks.manifest import Facts, Manifest
from mqlgate.sinks.rejected import RejectedRow
from mqlgate.sinks.sql import TableWriter

REJECTED = RejectedRow(17, "lead 9", "mql_at", "31/02/2018", "no date")


def write(
    url: str, table: str, *chunks: pd.DataFrame, facts: Facts = FACTS, rejected: Iterable[RejectedRow] = ()
) -> Manifest:
    with TableWriter(url, table, facts) as writer:
        for chunk in chunks:
            writer.write(chunk)
        writer.reject(rejected)
    return writer.manifest


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with closing(engine.connect()) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def check_killed_at_any_step(url: str, table: str) -> int:
    """A reader sees the old rows or the new ones, with their manifest; the next run succeeds. Returns the steps."""
    from sqlalchemy import Connection

    seen, step = set(), 0
    write(url, table, scores(5))
    while True:
        step += 1
        write(url, table, scores(5))
        work = lambda: write(url, table, scores(20), scores(20, 20), rejected=[REJECTED])
        if not killed_at(step, work, [(Connection, "exec_driver_sql"), (TableWriter, "_close")]):
            break
        count = rows(url, f"SELECT count(*), count(DISTINCT lead_id) FROM {table}")[0]
        noted = rows(url, f"SELECT rows FROM {table}_manifest")
        assert count in ((5, 5), (40, 40))
        assert noted == [(count[0],)]
        seen.add(count[0])
        assert write(url, table, scores(40)).rows == 40
        assert rows(url, f"SELECT count(*) FROM {table}") == [(40,)]
    assert rows(url, f"SELECT count(*) FROM {table}") == [(40,)]
    assert seen == {5, 40}
    return step


def check_manifest(url: str, table: str) -> None:
    written = write(url, table, scores(20))
    columns = "as_of, model_version, configuration, scope, mqlgate_version, rows, checksum, columns"
    ((_as_of, model_version, configuration, scope, release, count, checksum, names),) = rows(
        url, f"SELECT {columns} FROM {table}_manifest"
    )
    assert (model_version, configuration, scope, release) == ("7", "ab" * 32, "full", "0.1.0")
    assert (count, checksum) == (20, written.checksum)
    assert tuple(names if isinstance(names, list) else json.loads(names)) == written.columns
