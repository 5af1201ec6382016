"""A run as MLflow holds it: its experiment, what it says, and the folder of files that is logged with it.

Never registers a version and never moves a champion.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from mqlgate.errors import InputError
from mqlgate.registry.store import OWN_ARTIFACTS, Store
from mqlgate.version import Version, save

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODEL = "version"
"""The pyfunc's folder in the run."""
DATA = f"data/{MODEL}"
"""The version's folder in the pyfunc's."""
LOADER = "mqlgate.registry.serving"

_BATCH = 100
_LONGEST_PARAM = 6000
_KEY = re.compile(r"[^\w.:/ -]")

T = TypeVar("T")


def experiment_id(client: "MlflowClient", name: str, store: Store) -> str:
    """The experiment of that name, which is made where it is missing.

    Raises
    ------
    InputError
        Where it was deleted.
    """
    found = client.get_experiment_by_name(name)
    if found is None:
        tags = {OWN_ARTIFACTS: store.artifacts} if store.artifacts else {}
        made = unless_there(lambda: client.create_experiment(name, store.artifacts, tags))
        if made is not None:
            return str(made)
        found = client.get_experiment_by_name(name)
        assert found is not None
    if found.lifecycle_stage == "deleted":
        raise InputError(
            f'[tracking] experiment "{name}"',
            "the experiment was deleted",
            mend=f"Restore it with `mlflow experiments restore -x {found.experiment_id}`, or name another",
        )
    return str(found.experiment_id)


def unless_there(make: Callable[[], T]) -> T | None:
    """What `make` makes in the store; None where another process has made it at the same moment."""
    from mlflow.exceptions import MlflowException

    try:
        return make()
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return None


def write_files(version: Version, artifacts: Mapping[str, str | bytes], root: Path, scratch: Path) -> str:
    """Everything that is logged with a run, as the folder `root`: the pyfunc and the artifacts.

    Returns
    -------
    The version's checksum.

    Raises
    ------
    ValueError
        If an artifact's name could lead out of the folder or into the version's.
    """
    from mlflow.pyfunc import save_model

    from mqlgate.registry.serving import signature_of

    for name, content in artifacts.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] == MODEL:
            raise ValueError(f"an artifact cannot be called {name!r}")
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    checksum = save(version, scratch / MODEL)
    root.mkdir(parents=True, exist_ok=True)
    save_model(
        str(root / MODEL),
        loader_module=LOADER,
        data_path=str(scratch / MODEL),
        signature=signature_of(version.recipe),
        pip_requirements=[f"mqlgate=={version.recipe.code_version}"],
    )
    return checksum


def log_facts(
    client: "MlflowClient", run_id: str, params: Mapping[str, object], metrics: Mapping[str, float | None]
) -> None:
    """Parameters and metrics, as many as there are; what is None or not finite is left out."""
    from mlflow.entities import Metric, Param

    now = int(datetime.now(UTC).timestamp() * 1000)
    texts = [Param(_key(key), str(value)[:_LONGEST_PARAM]) for key, value in params.items()]
    figures = [
        Metric(_key(key), float(value), now, 0)
        for key, value in metrics.items()
        if value is not None and math.isfinite(value)
    ]
    for start in range(0, max(len(texts), len(figures)), _BATCH):
        client.log_batch(run_id, metrics=figures[start : start + _BATCH], params=texts[start : start + _BATCH])


def source_of(run: Any) -> str:
    """Where the run's pyfunc stands, as a URI."""
    return f"{run.info.artifact_uri}/{MODEL}"


def _key(name: str) -> str:
    """A name with the characters and the length that MLflow allows."""
    return _KEY.sub("_", name)[:250]
