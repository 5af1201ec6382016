"""A night's scores into their place, some leads at a time: replaced whole or not at all, with a manifest.

Also the rows that could not be scored, beside a file of scores.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mqlgate.clock import iso
from mqlgate.config import Config
from mqlgate.errors import InputError, masked
from mqlgate.labels import STATES
from mqlgate.progress import Step, silent
from mqlgate.scoring.night import Night, prepare
from mqlgate.scoring.own_inputs import refuse_input_file, refuse_inputs_table
from mqlgate.scoring.table import score_chunk
from mqlgate.sinks.files import ScoresSink, ScoresWriter, refuse_unwritable
from mqlgate.sinks.manifest import FULL, PARTIAL, Facts
from mqlgate.sinks.rejected import RejectedRow, rejected_path


@dataclass(frozen=True)
class Scored:
    """What a night's scoring gave."""

    out: str
    version: int
    as_of: datetime
    scope: str
    states: dict[str, int]
    rejected: int
    passed: int | None
    checksum: str

    def to_json(self) -> dict[str, Any]:
        """As `score --json` prints it."""
        return {
            "out": self.out,
            "version": self.version,
            "as_of": iso(self.as_of),
            "scope": self.scope,
            "rows": self.states,
            "scored": sum(self.states.values()),
            "rejected": self.rejected,
            "passed": self.passed,
            "checksum": self.checksum,
        }

    def words(self) -> str:
        """As `score` prints it."""
        states = ", ".join(f"{count:,} {state}" for state, count in self.states.items() if count)
        lines = [
            f"{sum(self.states.values()):,} leads scored by version {self.version} as of {iso(self.as_of)} "
            f"({states or 'none'})."
        ]
        if self.passed is not None:
            lines.append(f"{self.passed:,} reach the gate.")
        if self.rejected:
            lines.append(f"{self.rejected:,} rows could not be scored: see {rejected_path(Path(self.out)).name}.")
        lines.append(f"Written: {self.out}")
        return "\n".join(lines)


def score_into(
    config: Config,
    out: str,
    table: str | None,
    *,
    now: datetime,
    leads: Path | None,
    as_of: datetime | None,
    model_version: int | None,
    step: Step = silent,
) -> Scored:
    """Score and write.

    Raises
    ------
    InputError
        Where `out` cannot be written or what is to be scored cannot be read; what stood at `out` is then as it was.
    """
    is_database = "://" in out
    if is_database and not table:
        raise InputError(f"--out {masked(out)}", "a database needs the name of a table", "--table NAME")
    if table and not is_database:
        raise InputError(f"--out {out}", "--table goes with a database URL", 'a URL such as "sqlite:///scores.db"')
    if is_database:
        refuse_inputs_table(config, out, str(table))
    else:
        refuse_unwritable(Path(out))
        refuse_input_file(config, Path(out), leads)
    night = prepare(config, now=now, as_of=as_of, leads=leads, model_version=model_version, step=step)
    facts = _facts(night)
    told = night.rejected.astype(object).where(night.rejected.notna(), "")
    rejected = [RejectedRow(*row) for row in told.itertuples(index=False, name=None)]
    states = dict.fromkeys(STATES, 0)
    passed = 0
    gated = False
    with _sink(out, table, facts, rejected, config) as sink:
        for chunk in night.chunks():
            step(f"scoring ({sum(states.values()):,} leads done)")
            scores = score_chunk(night, chunk)
            sink.write(scores)
            for state, count in scores["state"].value_counts().items():
                states[str(state)] += int(count)
            gated = gated or bool(scores["passes_gate"].notna().any())
            passed += int((scores["passes_gate"] == True).sum())  # noqa: E712 (None among them)
    return Scored(
        out=masked(out),
        version=night.number,
        as_of=night.crm.as_of,
        scope=facts.scope,
        states=states,
        rejected=len({row.record for row in rejected}),
        passed=passed if gated else None,
        checksum=sink.manifest.checksum,
    )


def _facts(night: Night) -> Facts:
    from mqlgate import __version__

    return Facts(
        as_of=night.crm.as_of,
        model_version=str(night.number),
        configuration=night.config.fingerprint,
        scope=PARTIAL if night.named else FULL,
        mqlgate_version=__version__,
    )


def _sink(out: str, table: str | None, facts: Facts, rejected: list[RejectedRow], config: Config) -> ScoresSink:
    if table:
        from mqlgate.sinks.sql import TableWriter

        sink: ScoresSink = TableWriter(out, table, facts, config.directory)
    else:
        sink = ScoresWriter(Path(out), facts)
    sink.reject(rejected)
    return sink
