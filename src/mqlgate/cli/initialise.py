"""`init` at the terminal: infer, ask where two targets fit, write the file. `inference` decides what is inferred."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mqlgate.errors import InputError

if TYPE_CHECKING:
    from mqlgate.inference import Inferred


def write_config(
    leads: str,
    activities: str | None,
    outcomes: str | None,
    lookups: Sequence[str],
    *,
    preset: str | None,
    path: Path,
    yes: bool,
    force: bool,
) -> "Inferred":
    """Infer a configuration from files and write it to `path`.

    Raises
    ------
    InputError
        Where a file cannot be read, or `path` is there already and `force` is not given.
    """
    from mqlgate.inference import infer
    from mqlgate.sinks.replacement import replacing

    if path.exists() and not force:
        raise InputError(
            str(path), "the file is there already", mend="Name another with --config, or replace it with --force"
        )
    inferred = infer(leads, activities, outcomes, lookups, preset=preset, choose=_chooser(yes))
    with replacing(path) as file:
        file.write(inferred.to_toml(path.parent).encode())
    return inferred


def _chooser(yes: bool) -> Callable[[str, Sequence[str]], int]:
    """Ask at a terminal which of two fits; with --yes, or where nobody can be asked, take the first, the likelier."""

    def choose(question: str, options: Sequence[str]) -> int:
        if yes or not sys.stdin.isatty():
            return 0
        print(question, file=sys.stderr)
        for number, option in enumerate(options, start=1):
            print(f"  {number}  {option}", file=sys.stderr)
        while True:
            answer = input(f"Which one (1 to {len(options)}, Enter for 1)? ").strip() or "1"
            if answer.isdigit() and 1 <= int(answer) <= len(options):
                return int(answer) - 1

    return choose
