"""MLflow as this package needs it: without telemetry and chatter, impatient, and with mistakes told in one paragraph.

Everything that calls MLflow does so inside `quietly`.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from mqlgate.errors import InputError, masked, quoted

_LOGGERS = ("mlflow", "alembic")

# What the user's own environment says comes first. Retries and time-outs: a server that does not answer is told within
# seconds; `reachable` has asked it before.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "GIT_PYTHON_REFRESH": "quiet",
}


@contextmanager
def quietly(uri: str, doing: str) -> Iterator[None]:
    """Run MLflow in silence; whatever it raises becomes an `InputError` that names the store and what was being done.

    Raises
    ------
    InputError
        Where MLflow, its database, the network or the disk refuses. A password of `uri` is never in the message.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import requests
    import sqlalchemy as sa
    from mlflow.exceptions import MlflowException

    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    try:
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (MlflowException, sa.exc.SQLAlchemyError, requests.RequestException, OSError) as error:
        raise InputError(
            f"[tracking] uri {masked(uri)}",
            f"MLflow could not {doing}: {_said(error, uri)}",
            mend="Mend the store, or name another in [tracking] uri. The champion was not changed",
        ) from None
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def reachable(uri: str, seconds: float = 5.0) -> None:
    """Ask a server or a database once whether it is there, so that MLflow does not retry for minutes.

    Raises
    ------
    InputError
        Where nothing answers within `seconds`.
    """
    scheme = uri.partition(":")[0]
    if scheme in ("http", "https"):
        _answers(uri, seconds)
    elif scheme.startswith("postgresql"):
        _connects(uri, seconds)


def _answers(uri: str, seconds: float) -> None:
    import requests

    try:
        # Any answer will do: what it means is for MLflow to find out.
        requests.get(uri.rstrip("/") + "/health", timeout=seconds, allow_redirects=False)
    except (requests.RequestException, UnicodeError, ValueError) as error:
        raise _unreachable(uri, error) from None


def _connects(uri: str, seconds: float) -> None:
    import sqlalchemy as sa

    try:
        engine = sa.create_engine(uri, connect_args={"connect_timeout": int(seconds)}, poolclass=sa.pool.NullPool)
        engine.connect().close()
    except (sa.exc.SQLAlchemyError, ModuleNotFoundError, ValueError) as error:
        raise _unreachable(uri, error) from None


def _unreachable(uri: str, error: Exception) -> InputError:
    return InputError(
        f"[tracking] uri {masked(uri)}",
        f"the tracking server cannot be reached: {_said(error, uri)}",
        mend="Start it, or mend the URI. Nothing was changed",
    )


def _said(error: Exception, uri: str) -> str:
    """The error's own first line, without the password."""
    own = (str(getattr(error, "orig", None) or error).strip() or type(error).__name__).split("\n")[0]
    password = urlsplit(uri).password if "@" in uri else None
    for secret in (password, unquote(password)) if password else ():
        own = own.replace(secret, "***")
    return quoted(masked(own)) if len(own) < 60 else masked(own)[:400]
