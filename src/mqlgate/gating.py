"""`gate`: a version's out-of-time predictions, weighed by the gate section as it stands now; its report and page.

Never trains: what a gate rests on was predicted when the version was trained, by models that knew no outcome of
those leads.
"""

from pathlib import Path

from mqlgate.config import Config
from mqlgate.errors import AnswerIsNo, InputError, listed, quoted
from mqlgate.gate.gate_report import GateReport
from mqlgate.gate.settings import GateSection
from mqlgate.progress import Step, silent
from mqlgate.registry.settings import TrackingSection

GATE_JSON, GATE_HTML = "gate.json", "gate.html"


def gate_of(config: Config, model_version: int | None, step: Step = silent) -> GateReport:
    """The gate report of a version (the champion, unless named).

    Raises
    ------
    InputError
        Where there is no such version.
    AnswerIsNo
        Where no lead was predicted out of time.
    """
    from mqlgate.gate.recommendation import recommend
    from mqlgate.registry.versions import Registry

    step("loading the version")
    number, version = Registry(config[TrackingSection], config.directory).load(model_version)
    if version.out_of_time.empty:
        raise AnswerIsNo("No lead was predicted out of time: the history is too short for a gate.")
    step("weighing gates")
    unknown = [column for column in config[GateSection].segments if column not in version.out_of_time.columns]
    if unknown:
        raise InputError(
            f"{config.where}, [gate] segments",
            f"version {number} was trained without the segments {listed([quoted(column) for column in unknown])}",
            mend="Train a version with them (`mqlgate train`), or leave them out",
        )
    return recommend(version.out_of_time, config[GateSection], version.recipe.as_of, str(number))


def written(report: GateReport, folder: Path) -> tuple[Path, ...]:
    """Write gate.json and gate.html into `folder`, each whole or not at all."""
    from mqlgate.report.gate_page import render
    from mqlgate.sinks.replacement import replacing

    files = folder / GATE_JSON, folder / GATE_HTML
    for path, text in zip(files, (report.to_json(), render(report)), strict=True):
        with replacing(path) as file:
            file.write(text.encode())
    return files
