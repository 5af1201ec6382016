"""Runs, registered versions and the champion, thin over MLflow.

A version is registered only once its files are in place, and the alias `champion` is moved last: killed at any moment,
the champion still loads. Never trains, never judges: who wins is decided elsewhere.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mqlgate.errors import InputError, masked
from mqlgate.registry import champions, runs
from mqlgate.registry.quiet import quietly
from mqlgate.registry.settings import TrackingSection
from mqlgate.registry.store import Store
from mqlgate.version import Version, load

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS = "champion"
HISTORY = "mqlgate.champions"
CHECKSUM = "mqlgate.checksum"


@dataclass(frozen=True)
class RegisteredVersion:
    """A line of the registry."""

    number: int
    created_at: datetime
    run_id: str
    champion: bool
    tags: Mapping[str, str] = field(default_factory=dict)


class Registry:
    """The versions of one model in one tracking store.

    Parameters
    ----------
    tracking
        The section `[tracking]`.
    directory
        Where the configuration stands: a relative SQLite path starts here.
    """

    def __init__(self, tracking: TrackingSection, directory: Path) -> None:
        self.tracking = tracking
        self.model = tracking.model
        self.store = Store.at(tracking.uri, directory)
        self._client: MlflowClient | None = None

    def log_version(
        self,
        version: Version,
        params: Mapping[str, object] | None = None,
        metrics: Mapping[str, float | None] | None = None,
        tags: Mapping[str, str] | None = None,
        artifacts: Mapping[str, str | bytes] | None = None,
    ) -> int:
        """Log a run and register its version; the first one becomes champion, any later one is a challenger.

        Parameters
        ----------
        params, metrics, tags
            Of the run. A metric that is None or not finite is left out; what is too long for MLflow is cut.
        artifacts
            Path in the run to content, such as `"gate.html"` or `"plots/reliability.json"`.

        Returns
        -------
        The version's number.

        Raises
        ------
        InputError
            Where the store refuses or the disk is full; then no version is registered.
        """
        with (
            tempfile.TemporaryDirectory(prefix="mqlgate-") as folder,
            self._calling("log the run", create=True) as client,
        ):
            root = Path(folder) / "run"
            checksum = runs.write_files(version, artifacts or {}, root, scratch=Path(folder))
            experiment = runs.experiment_id(client, self.tracking.experiment, self.store)
            run = client.create_run(experiment, tags={**(tags or {}), CHECKSUM: checksum})
            try:
                runs.log_facts(client, run.info.run_id, params or {}, metrics or {})
                client.log_artifacts(run.info.run_id, str(root))
                client.set_terminated(run.info.run_id, "FINISHED")
                number = self._register(client, run, {**(tags or {}), CHECKSUM: checksum})
            except BaseException:
                with contextlib.suppress(Exception):  # what went wrong first is what is told
                    client.set_terminated(run.info.run_id, "FAILED")
                raise
            if self._champion(client) is None:
                self._crown(client, number)
            return number

    def champion(self) -> int | None:
        """The champion's number, or None where there is none yet."""
        if not self.store.exists:
            return None
        with self._calling("read the champion") as client:
            return self._champion(client)

    def versions(self) -> list[RegisteredVersion]:
        """All registered versions, the oldest first."""
        if not self.store.exists:
            return []
        with self._calling("list the versions") as client:
            champion = self._champion(client)
            return [_registered(found, champion) for found in self._found(client)]

    def load(self, version: int | None = None) -> tuple[int, Version]:
        """The version of that number, or the champion, with its number.

        Raises
        ------
        InputError
            Where there is no such version, its files are gone or changed, or the store cannot be reached.
        """
        number = self.champion() if version is None else version
        if number is None:
            raise self._nothing_registered()
        source, checksum = self._source(number)
        local = _local_path(source)
        if local is not None:
            return number, load(local / runs.DATA, checksum)
        with tempfile.TemporaryDirectory(prefix="mqlgate-") as folder, self._calling(f"fetch version {number}"):
            from mlflow.artifacts import download_artifacts

            path = download_artifacts(
                artifact_uri=f"{source}/{runs.DATA}", dst_path=folder, tracking_uri=self.store.uri
            )
            return number, load(Path(path), checksum)

    def promote(self, version: int) -> int | None:
        """Make `version` the champion, once it was proved to load; returns the one before, or None.

        Raises
        ------
        InputError
            As for `load`; then the champion is as it was.
        """
        self.load(version)
        with self._calling(f"promote version {version}") as client:
            before = self._champion(client)
            self._crown(client, version)
            return before

    def rollback(self) -> int:
        """Make the champion before the present one champion again; returns its number.

        Raises
        ------
        InputError
            Where there is none, or it does not load.
        """
        champion = self.champion()
        if champion is None:
            raise self._nothing_registered()
        with self._calling("read the champion") as client:
            noted = self._noted(client)
            existing = {int(found.version) for found in self._found(client)}
        target = champions.previous(noted, champion, existing)
        if target is None:
            raise InputError(
                f'model "{self.model}"',
                f"version {champion} is the first champion: there is none before it",
                mend="Name a version with `mqlgate promote VERSION`",
            )
        self.load(target)
        with self._calling("roll back") as client:
            # The alias first: the note, which is cut at the alias, is then right before and after it is tidied.
            client.set_registered_model_alias(self.model, ALIAS, str(target))
            client.set_registered_model_tag(
                self.model, HISTORY, champions.to_text(champions.known_history(noted, target))
            )
        return target

    def history(self) -> list[int]:
        """Champions so far, the present one last."""
        if not self.store.exists:
            return []
        with self._calling("read the champions") as client:
            return champions.known_history(self._noted(client), self._champion(client))

    @contextmanager
    def _calling(self, doing: str, *, create: bool = False) -> "Iterator[MlflowClient]":
        if not create and not self.store.exists:
            raise self._nothing_registered()
        if self._client is None:
            self._client = self.store.client()
        with quietly(self.store.uri, doing):
            yield self._client

    def _nothing_registered(self) -> InputError:
        return InputError(
            f'model "{self.model}" in {masked(self.store.uri)}',
            "it has no champion yet",
            mend="Run `mqlgate train` first, or mend [tracking]",
        )

    def _register(self, client: "MlflowClient", run: Any, tags: Mapping[str, str]) -> int:
        if self._registered_model(client) is None:
            runs.unless_there(lambda: client.create_registered_model(self.model))
        made = client.create_model_version(self.model, runs.source_of(run), run.info.run_id, tags=dict(tags))
        return int(made.version)

    def _crown(self, client: "MlflowClient", version: int) -> None:
        history = champions.promoted(self._noted(client), self._champion(client), version)
        client.set_registered_model_tag(self.model, HISTORY, champions.to_text(history))
        client.set_registered_model_alias(self.model, ALIAS, str(version))

    def _registered_model(self, client: "MlflowClient") -> Any:
        from mlflow.exceptions import MlflowException

        try:
            return client.get_registered_model(self.model)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _champion(self, client: "MlflowClient") -> int | None:
        found = self._registered_model(client)
        number = found.aliases.get(ALIAS) if found else None
        return None if number is None else int(number)

    def _noted(self, client: "MlflowClient") -> list[int]:
        found = self._registered_model(client)
        return champions.from_text(found.tags.get(HISTORY) if found else None)

    def _found(self, client: "MlflowClient") -> list[Any]:
        found, token = [], None
        while True:
            page = client.search_model_versions(f"name='{self.model}'", page_token=token)
            found += list(page)
            token = page.token
            if not token:
                return sorted(found, key=lambda version: int(version.version))

    def _source(self, number: int) -> tuple[str, str]:
        from mlflow.exceptions import MlflowException

        with self._calling(f"find version {number}") as client:
            try:
                found = client.get_model_version(self.model, str(number))
            except MlflowException as error:
                if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                    raise
                known = [int(version.version) for version in self._found(client)]
                raise self._no_such_version(number, known) from None
            return str(found.source), str(found.tags.get(CHECKSUM, ""))

    def _no_such_version(self, number: int, known: list[int]) -> InputError:
        if not known:
            return self._nothing_registered()
        return InputError(
            f'model "{self.model}"',
            f"there is no version {number}",
            f"one of {', '.join(str(version) for version in known)}",
        )


def _local_path(source: str) -> Path | None:
    parts = urlsplit(source)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    return Path(source) if not parts.scheme else None


def _registered(found: Any, champion: int | None) -> RegisteredVersion:
    created = datetime.fromtimestamp(found.creation_timestamp / 1000, UTC).replace(tzinfo=None)
    return RegisteredVersion(
        int(found.version), created, str(found.run_id), int(found.version) == champion, dict(found.tags)
    )
