"""`demo`: a CRM whose truth is known, and the main job on it: check, train, gate, score. Knows no step of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mqlgate.errors import InputError
from mqlgate.progress import Step, silent

SCORES = "scores.csv"
_DATA_CARD = "data_card.md"


@dataclass(frozen=True)
class Demonstration:
    """Where everything is, and what came out."""

    folder: Path
    files: tuple[str, ...]
    check: dict[str, Any] | None
    train: dict[str, Any] | None
    gate: dict[str, Any] | None
    score: dict[str, Any] | None
    lines: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As `demo --json` prints it."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "check": self.check,
            "train": self.train,
            "gate": self.gate,
            "score": self.score,
        }

    def words(self) -> str:
        """What was done, where the files are and, last, the lines that matter."""
        return "\n".join(self.lines)


def run(
    folder: Path,
    *,
    leads: int,
    seed: int,
    scenario: str | None = None,
    data_only: bool = False,
    step: Step = silent,
) -> Demonstration:
    """Generate the CRM in `folder` and run the main job on it.

    Raises
    ------
    InputError
        Where `folder` is a file, or the scenario is unknown.
    """
    from mqlgate.simulate import data_card, generate, write

    if folder.exists() and not folder.is_dir():
        raise InputError(str(folder), "this is a file", "a folder, which may be new")
    step(f"simulating {leads:,} leads")
    crm = generate(scenario, leads=leads, seed=seed) if scenario else generate(leads=leads, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    write(crm, folder)
    (folder / _DATA_CARD).write_text(data_card(crm), encoding="utf-8")
    if data_only:
        lines = (f"In {folder}: {', '.join(_files(folder))}.",)
        return Demonstration(folder, _files(folder), None, None, None, None, lines)
    return _main_job(folder, step)


def _main_job(folder: Path, step: Step) -> Demonstration:
    from mqlgate import api
    from mqlgate.config import load
    from mqlgate.report.sentences import headline, promise

    config = load(folder / "mqlgate.toml")
    checked = api.check(config, step=step)
    trained = api.train(config, step=step)
    gated = api.gate(config, folder=folder, step=step)
    scored = api.score_to(config, str(folder / SCORES), step=step)
    counts = {kind: sum(f.severity == kind for f in checked.findings) for kind in ("error", "warning", "info")}
    lines = (
        f"Checked: {counts['error']} errors, {counts['warning']} warnings, {counts['info']} remarks.",
        *trained.words().splitlines(),
        f"In {folder}: {', '.join(_files(folder))}.",
        "",
        f"Leads scored: {sum(scored.states.values()):,}, of which {scored.passed or 0:,} reach the gate.",
        f"{headline(gated.report)}.",
        promise(gated.report),
    )
    return Demonstration(
        folder, _files(folder), checked.to_json(), trained.to_json(), gated.to_json(), scored.to_json(), lines
    )


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file()))
