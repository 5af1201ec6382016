"""The commands and their options. Each parses, calls one function of the package and prints what it returns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from mqlgate.config import Config

app = typer.Typer(
    name="mqlgate",
    help="From marketing-qualified to sales-qualified: calibrated lead scores, exact reasons, and the gate between.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="See only what was known then: a date (the end of that day) or a timestamp."),
]
DEFAULT_CONFIG = Path("mqlgate.toml")


def _version(asked: bool) -> None:
    if asked:
        from mqlgate import __version__

        typer.echo(f"mqlgate {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version  # its callback has answered


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample CRM goes.")],
    leads: Annotated[int, typer.Option(min=200, help="How many leads.")] = 5_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same CRM.")] = 0,
    scenario: Annotated[str | None, typer.Option(help="Which world to simulate.")] = None,
    data_only: Annotated[bool, typer.Option("--data-only", help="Generate the data and stop.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Generate a CRM whose truth is known; then check, train, gate and score it."""
    from mqlgate import demonstration
    from mqlgate.progress import told

    with told("demo") as step:
        result = demonstration.run(directory, leads=leads, seed=seed, scenario=scenario, data_only=data_only, step=step)
    _say(result.to_json(), result.words(), as_json)


@app.command()
def init(
    leads: Annotated[str, typer.Argument(metavar="LEADS", help="The file of leads.")],
    activities: Annotated[str | None, typer.Argument(metavar="[ACTIVITIES]", help="What leads did.")] = None,
    outcomes: Annotated[str | None, typer.Argument(metavar="[OUTCOMES]", help="What sales did with them.")] = None,
    lookup: Annotated[
        list[str] | None, typer.Option("--lookup", help="A table to join to the leads; may be repeated.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="The system that exported the files, such as hubspot.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Take the likelier target where two fit.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the configuration file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Infer roles, types, tiers, horizon and leakage suspects, and write a commented mqlgate.toml."""
    from mqlgate.cli.initialise import write_config

    result = write_config(
        leads, activities, outcomes, tuple(lookup or ()), preset=preset, path=config, yes=yes, force=force
    )
    _say(result.to_json(), result.words(), as_json)


@app.command()
def check(config: ConfigOption = DEFAULT_CONFIG, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Validate the tables against the contract; exit 1 where a finding is an error."""
    from mqlgate import api
    from mqlgate.progress import told

    said = _load(config)
    with told("check") as step:
        result = api.check(said, as_of=_moment(as_of, said), step=step)
    _say(result.to_json(), result.words(), as_json)
    raise typer.Exit(0 if result.passed else 1)


@app.command()
def features(config: ConfigOption = DEFAULT_CONFIG, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """List the features, with their share of missing values and, once there is a champion, their importance."""
    from mqlgate import api
    from mqlgate.progress import told

    said = _load(config)
    with told("features") as step:
        result = api.catalogue(said, as_of=_moment(as_of, said), step=step)
    _say(result.to_json(), result.words(), as_json)


@app.command()
def train(
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    promote: Annotated[bool, typer.Option("--promote", help="Promote the challenger if it wins.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Learn from mature leads; log the run and register the version. The first version becomes champion."""
    from mqlgate import api
    from mqlgate.progress import told

    said = _load(config)
    with told("train") as step:
        result = api.train(said, as_of=_moment(as_of, said), promote=promote, step=step)
    _say(result.to_json(), result.words(), as_json)
    raise typer.Exit(1 if promote and not result.champion else 0)


@app.command()
def promote(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", help="The latest, unless named.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Make a version the champion."""
    from mqlgate import api

    result = api.promote(_load(config), version)
    _say(result.to_json(), result.words(), as_json)


@app.command()
def rollback(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Make the champion before this one the champion again."""
    from mqlgate import api

    result = api.rollback(_load(config))
    _say(result.to_json(), result.words(), as_json)


@app.command()
def gate(
    config: ConfigOption = DEFAULT_CONFIG,
    model_version: Annotated[int | None, typer.Option(help="A version other than the champion.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder for gate.json and gate.html; beside the configuration otherwise.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Recommend where the gate should stand; write gate.json and gate.html.

    Exit status 1 where no gate meets the target, or `check` finds an error.
    """
    from mqlgate import api
    from mqlgate.progress import told
    from mqlgate.training.train import stop_at_errors

    said = _load(config)
    with told("gate") as step:
        stop_at_errors(api.check(said, step=step), "Nothing was written")
        result = api.gate(said, model_version=model_version, folder=out or said.directory, step=step)
    _say(result.to_json(), result.words(), as_json)
    raise typer.Exit(0 if result.met else 1)


@app.command()
def score(
    out: Annotated[str, typer.Option(help="The scores table: a CSV or Parquet file, or a database URL with --table.")],
    config: ConfigOption = DEFAULT_CONFIG,
    leads: Annotated[Path | None, typer.Option(help="Score exactly the rows of this file.")] = None,
    as_of: AsOfOption = None,
    model_version: Annotated[int | None, typer.Option(help="A version other than the champion.")] = None,
    table: Annotated[str | None, typer.Option(help="The table to replace, where --out is a database URL.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Score every open lead and every lead that is not yet an MQL, or exactly the rows of a file."""
    from mqlgate import api
    from mqlgate.progress import told

    said = _load(config)
    with told("score") as step:
        result = api.score_to(
            said, out, table=table, leads=leads, as_of=_moment(as_of, said), model_version=model_version, step=step
        )
    _say(result.to_json(), result.words(), as_json)


@app.command()
def explain(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_of: AsOfOption = None,
    model_version: Annotated[int | None, typer.Option(help="A version other than the champion.")] = None,
    as_json: JsonOption = False,
) -> None:
    """One lead: its score, and the reasons for it."""
    from mqlgate import api

    said = _load(config)
    result = api.explain(said, lead_id, as_of=_moment(as_of, said), model_version=model_version)
    _say(result.to_json(), result.words(), as_json)


def _load(path: Path) -> "Config":
    from mqlgate.config import load

    return load(path)


def _moment(as_of: str | None, config: "Config") -> "datetime | None":
    from mqlgate.clock import read_moment

    return read_moment(as_of, config.timezone) if as_of else None


def _say(result: Mapping[str, Any], words: str, as_json: bool) -> None:
    typer.echo(json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) if as_json else words)
