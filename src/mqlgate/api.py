"""The Python API: the commands as functions, DataFrames in and out.

Each takes a configuration (a path, a `Config`, or a plain dictionary as the file would hold it) and, in place of files,
DataFrames by section: `leads`, `activities`, `history`, `outcomes`, `lookups[1]`. The wall clock is `now`.

>>> import tempfile
>>> from pathlib import Path
>>> from mqlgate import api
>>> from mqlgate.config import Config
>>> from mqlgate.simulate import generate
>>> crm = generate(leads=500, seed=1)
>>> frames = {"leads": crm.leads, "activities": crm.activities, "outcomes": crm.outcomes, "lookups[1]": crm.accounts}
>>> said = {
...     "leads": {"path": "leads", "qualified_at": "mql_at", "created_at": "created_at", "account": "account_id"},
...     "lookups": [{"path": "accounts", "key": "account_id", "id": "account_id", "prefix": "account_"}],
...     "activities": {"path": "activities", "recorded": "synced_at"},
...     "outcomes": {
...         "path": "outcomes",
...         "at": "occurred_at",
...         "stage": "stage",
...         "accepted": ["accepted"],
...         "rejected": ["rejected"],
...         "horizon_days": 90,
...     },
...     "gate": {"target_sql_rate": 0.2},
...     "train": {"tune": False, "bootstraps": 5},
... }
>>> config = Config(said, Path(tempfile.mkdtemp()))
>>> api.check(config, frames=frames).passed
True
>>> table = api.snapshots(config, frames=frames)
>>> table[["lead_id", "kind", "age_days", "label"]].columns.tolist()
['lead_id', 'kind', 'age_days', 'label']
>>> trained = api.train(config, frames=frames)
>>> trained.version, trained.champion
(1, True)
>>> 0 < api.gate(config).report.gate < 1
True
>>> scores = api.score(config, frames=frames)
>>> set(scores["state"]) <= {"open", "not_mql"}
True
>>> named = api.score(config, leads=crm.leads.head(3), frames=frames)
>>> named["lead_id"].tolist() == crm.leads["lead_id"].head(3).tolist()
True
>>> told = api.explain(config, scores["lead_id"][0], frames=frames)
>>> told.row["p_sql"] == scores["p_sql"][0]
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mqlgate.clock import wall_clock
from mqlgate.config import Config, load
from mqlgate.errors import InputError
from mqlgate.progress import Step, silent
from mqlgate.registry.settings import TrackingSection

if TYPE_CHECKING:
    import pandas as pd

    from mqlgate.contract.finding import Checked
    from mqlgate.gate.gate_report import GateReport
    from mqlgate.scoring.explained import Explained
    from mqlgate.scoring.written import Scored
    from mqlgate.training import Training

Said = Config | Mapping[str, Any] | Path | str
Frames = Mapping[str, "pd.DataFrame"]


def configured(said: Said) -> Config:
    """A configuration from a path, a dictionary (relative paths start in the working directory) or as it is."""
    if isinstance(said, Config):
        return said
    if isinstance(said, Mapping):
        return Config(said, Path.cwd())
    return load(said)


def check(
    said: Said,
    *,
    as_of: datetime | None = None,
    frames: Frames | None = None,
    now: datetime | None = None,
    step: Step = silent,
) -> "Checked":
    """Validate the tables against the contract."""
    from mqlgate import crm
    from mqlgate.contract.check import check as findings_of

    config = configured(said)
    step("reading the tables")
    known = crm.load(config, now=now or wall_clock(), as_of=as_of, frames=frames)
    step("looking for what is wrong")
    return findings_of(known)


def snapshots(
    said: Said, *, as_of: datetime | None = None, frames: Frames | None = None, now: datetime | None = None
) -> "pd.DataFrame":
    """The training table: one row for each snapshot of a mature lead, with features and label.

    Columns: `lead_id`, `kind` (`mql` or `later`), `moment`, `age_days`, `label`, then one for each feature.
    """
    from mqlgate import crm
    from mqlgate.model.settings import TrainSection
    from mqlgate.training.cohort import gather

    config = configured(said)
    known = crm.load(config, now=now or wall_clock(), as_of=as_of, frames=frames)
    cohort = gather(known, known.as_of, config[TrainSection].landmark_ages_days)
    rows = cohort.rows[["lead_id", "kind", "moment", "age_days", "label"]]
    return rows.join(cohort.X.drop(columns=[name for name in cohort.X.columns if name in rows.columns]))


def train(
    said: Said,
    *,
    as_of: datetime | None = None,
    promote: bool = False,
    frames: Frames | None = None,
    now: datetime | None = None,
    step: Step = silent,
) -> "Training":
    """Learn from mature leads and register a version; the first becomes champion."""
    from mqlgate.training import train as trained

    return trained(configured(said), now=now or wall_clock(), as_of=as_of, promote=promote, frames=frames, step=step)


@dataclass(frozen=True)
class Crowned:
    """The champion after `promote` or `rollback`, and the one before."""

    version: int
    before: int | None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"champion": self.version, "before": self.before}

    def words(self) -> str:
        """One sentence."""
        if self.before == self.version:
            return f"Version {self.version} is the champion already."
        return f"Version {self.version} is the champion" + (f"; before it was {self.before}." if self.before else ".")


def promote(said: Said, version: int | None = None) -> Crowned:
    """Make a version (the latest, unless named) the champion."""
    from mqlgate.registry.versions import Registry

    config = configured(said)
    registry = Registry(config[TrackingSection], config.directory)
    if version is None:
        known = registry.versions()
        if not known:
            registry.load()  # says that nothing is registered
        version = known[-1].number
    return Crowned(version, registry.promote(version))


def rollback(said: Said) -> Crowned:
    """Make the champion before the present one champion again."""
    from mqlgate.registry.versions import Registry

    config = configured(said)
    registry = Registry(config[TrackingSection], config.directory)
    before = registry.champion()
    return Crowned(registry.rollback(), before)


@dataclass(frozen=True)
class GateResult:
    """A gate report and where it was written."""

    report: "GateReport"
    files: tuple[Path, ...]

    @property
    def met(self) -> bool:
        """Whether there is a gate that does what was asked."""
        return self.report.met

    def to_json(self) -> dict[str, Any]:
        """As `gate.json` holds it."""
        return self.report.to_dict()

    def words(self) -> str:
        """As `gate` prints it."""
        from mqlgate.report.sentences import recommendation

        written = f"\nWritten: {', '.join(str(file) for file in self.files)}" if self.files else ""
        return recommendation(self.report) + written


def gate(
    said: Said,
    *,
    model_version: int | None = None,
    folder: Path | None = None,
    step: Step = silent,
) -> GateResult:
    """Recommend where the MQL gate should stand; with a `folder`, write gate.json and gate.html there."""
    from mqlgate.gating import gate_of, written

    config = configured(said)
    report = gate_of(config, model_version, step)
    return GateResult(report, written(report, folder) if folder else ())


def score(
    said: Said,
    *,
    leads: "pd.DataFrame | Path | None" = None,
    as_of: datetime | None = None,
    model_version: int | None = None,
    frames: Frames | None = None,
    now: datetime | None = None,
) -> "pd.DataFrame":
    """The scores table of every open lead and every lead not yet an MQL, or of exactly the given `leads`."""
    import pandas as pd

    from mqlgate.scoring.night import prepare
    from mqlgate.scoring.table import score_chunk

    given = dict(frames or {})
    if isinstance(leads, pd.DataFrame):
        given["asked"] = leads
    night = prepare(
        configured(said),
        now=now or wall_clock(),
        as_of=as_of,
        leads=leads if isinstance(leads, Path) else None,
        model_version=model_version,
        frames=given,
    )
    chunks = [score_chunk(night, chunk) for chunk in night.chunks()]
    if not chunks:
        raise InputError("leads", "there is no open lead and none that is not yet an MQL", mend="Name leads to score")
    return pd.concat(chunks, ignore_index=True)


def score_to(
    said: Said,
    out: str,
    *,
    table: str | None = None,
    leads: Path | None = None,
    as_of: datetime | None = None,
    model_version: int | None = None,
    now: datetime | None = None,
    step: Step = silent,
) -> "Scored":
    """Score into a CSV or Parquet file, or into a `table` of a database; replaced whole or not at all."""
    from mqlgate.scoring.written import score_into

    return score_into(
        configured(said),
        out,
        table,
        now=now or wall_clock(),
        leads=leads,
        as_of=as_of,
        model_version=model_version,
        step=step,
    )


def explain(
    said: Said,
    lead_id: str,
    *,
    as_of: datetime | None = None,
    model_version: int | None = None,
    frames: Frames | None = None,
    now: datetime | None = None,
) -> "Explained":
    """One lead: its score and the reasons for it."""
    from mqlgate.scoring.explained import explained

    return explained(
        configured(said), lead_id, now=now or wall_clock(), as_of=as_of, model_version=model_version, frames=frames
    )


def catalogue(
    said: Said,
    *,
    as_of: datetime | None = None,
    frames: Frames | None = None,
    now: datetime | None = None,
    step: Step = silent,
) -> Any:
    """The features, their share of missing values and, once there is a champion, their importance."""
    from mqlgate.scoring.catalogued import catalogued

    return catalogued(configured(said), now=now or wall_clock(), as_of=as_of, frames=frames, step=step)
