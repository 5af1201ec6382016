"""A version on disk: written whole or not at all, and read only after its checksums were proved.

The folder holds text alone: JSON, CSV, Markdown and LightGBM's own format. Nothing is unpickled, and no
name that stands in the folder can lead outside it.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mqlgate.errors import InputError, quoted
from mqlgate.version.out_of_time import columns_of, from_csv, to_csv
from mqlgate.version.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from mqlgate.model.conversion import ConversionModel

CHECKSUMS = "checksums.json"
RECIPE, GATE, GRADES, REFERENCE = "recipe.json", "gate.json", "grades.json", "reference.json"
OUT_OF_TIME, MODEL_CARD = "out_of_time.csv", "model_card.md"
REQUIRED = (RECIPE, GATE, GRADES, REFERENCE, OUT_OF_TIME, MODEL_CARD)

# Letters, digits, and inner dots, dashes and underscores, in at most four folders: no name can be absolute, hidden or
# climb up.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}")
_MEND = "Use another version (--model-version), or train anew"


@dataclass(frozen=True)
class Version:
    """A trained model with all that scoring and reports need from it.

    Parameters
    ----------
    recipe
        How it was trained.
    model_files
        Path in the folder to text, as `ConversionModel.to_files` gives them: model, calibration, bootstrap.
    gate
        The gate report, as in `gate.json`.
    grades
        The bands of the grades: lower bounds in probability.
    reference
        Quantiles of fit and intent among training snapshots, and of features for drift.
    out_of_time
        One row for each mature lead, by predictions that used none of its outcome: `lead_id`, `p_sql`, `label` and
        whatever reports need beside them.
    model_card
        Markdown.
    """

    recipe: Recipe
    model_files: Mapping[str, str]
    gate: Mapping[str, Any]
    grades: Mapping[str, Any]
    reference: Mapping[str, Any]
    out_of_time: "pd.DataFrame"
    model_card: str = ""
    checksum: str = field(default="", compare=False)
    """SHA-256 of `checksums.json`, so of everything; empty for a version that was never saved."""

    def model(self) -> "ConversionModel":
        """The fitted model; LightGBM's text is parsed here, after its checksum was proved.

        Raises
        ------
        InputError
            Where this release cannot read it.
        """
        from lightgbm.basic import LightGBMError

        from mqlgate.model.conversion import ConversionModel

        try:
            return ConversionModel.from_files(dict(self.model_files))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, LightGBMError) as error:
            raise InputError("model version", f"its model cannot be read: {quoted(error)}", mend=_MEND) from None


def files_of(version: Version) -> dict[str, str]:
    """Every file of the folder but `checksums.json`, as name to text.

    Raises
    ------
    ValueError
        If a model file's name could lead out of its folder, or a number is infinite or not a number.
    """
    recipe = {**version.recipe.to_json(), "out_of_time": columns_of(version.out_of_time)}
    files = {
        RECIPE: _json(recipe),
        GATE: _json(version.gate),
        GRADES: _json(version.grades),
        REFERENCE: _json(version.reference),
        OUT_OF_TIME: to_csv(version.out_of_time),
        MODEL_CARD: version.model_card,
    }
    for name, text in version.model_files.items():
        if not _safe(name) or name in REQUIRED:
            raise ValueError(f"a model file cannot be called {name!r}")
        files[name] = text
    return files


def save(version: Version, folder: Path) -> str:
    """Write `version` as `folder`, which appears whole or not at all.

    Returns
    -------
    The version's checksum: SHA-256 of `checksums.json`.

    Raises
    ------
    InputError
        If the folder is already there, or the disk is full or read-only; then nothing is left behind.
    """
    texts = {name: text.encode() for name, text in files_of(version).items()}
    sums = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    texts[CHECKSUMS] = _json({"algorithm": "sha256", "files": dict(sorted(sums.items()))}).encode()
    if folder.exists():
        raise InputError(str(folder), "there is already something of this name", mend="Name another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, text in texts.items():
                _write(partial / name, text)
            partial.chmod(0o755)
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError(
            str(folder), f"the version cannot be written: {error.strerror}", mend="Nothing was written"
        ) from None
    return hashlib.sha256(texts[CHECKSUMS]).hexdigest()


def load(folder: Path, checksum: str = "") -> Version:
    """Read what `save` wrote, after proving that it is what was written.

    Parameters
    ----------
    checksum
        The version's checksum as it was noted elsewhere; empty where none was.

    Raises
    ------
    InputError
        If a file is missing, was changed, or is none that `save` writes.
    """
    listed = _read(folder, CHECKSUMS)
    found = hashlib.sha256(listed).hexdigest()
    if checksum and found != checksum:
        raise _refused(folder, f"{CHECKSUMS} is not the one that was registered: the version was changed")
    texts = _proved(folder, _names_and_sums(folder, listed))
    try:
        recipe = json.loads(texts[RECIPE])
        return Version(
            recipe=Recipe.from_json(recipe),
            model_files={name: text for name, text in texts.items() if name not in REQUIRED},
            gate=_object(texts[GATE]),
            grades=_object(texts[GRADES]),
            reference=_object(texts[REFERENCE]),
            out_of_time=from_csv(texts[OUT_OF_TIME], recipe["out_of_time"]),
            model_card=texts[MODEL_CARD],
            checksum=found,
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refused(folder, f"its files cannot be read: {quoted(error)}") from None


def _names_and_sums(folder: Path, listed: bytes) -> dict[str, str]:
    try:
        names = {str(name): str(digest) for name, digest in json.loads(listed.decode())["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused(folder, f"{CHECKSUMS} cannot be read") from None
    for name in names:
        if not _safe(name):
            raise _refused(folder, f"{CHECKSUMS} names {quoted(name)}, which no version holds")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise _refused(folder, f"{CHECKSUMS} lacks {', '.join(missing)}")
    return names


def _proved(folder: Path, sums: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for name, expected in sums.items():
        content = _read(folder, name)
        if hashlib.sha256(content).hexdigest() != expected:
            raise _refused(folder, f"{name} was changed after it was written: its checksum does not match")
        texts[name] = content.decode(errors="replace")
    return texts


def _safe(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name != CHECKSUMS


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        # A link could point at any file of this machine; the folder holds plain files alone.
        if any(part.is_symlink() for part in (path, *path.parents[: name.count("/")])):
            raise _refused(folder, f"{name} is a link")
        return path.read_bytes()
    except OSError as error:
        raise _refused(folder, f"{name} cannot be read: {error.strerror}") from None


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _json(stored: Mapping[str, Any]) -> str:
    # allow_nan: what is no JSON for other readers must not be stored as if it were.
    return json.dumps(stored, indent=1, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """NumPy's scalars and arrays as JSON has them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _object(text: str) -> dict[str, Any]:
    stored = json.loads(text)
    if not isinstance(stored, dict):
        raise TypeError("not a JSON object")
    return stored


def _refused(folder: Path, found: str) -> InputError:
    return InputError(
        f"model version in {folder}", found, "the files as they were trained", f"It was not used. {_MEND}"
    )
