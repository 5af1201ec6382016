"""From marketing-qualified to sales-qualified: calibrated lead scores, exact reasons, and a gate that keeps its word.

`import mqlgate` costs next to nothing: what stands here is loaded on first use. The functions that mirror the commands
are in `mqlgate.api`. None of them stands here under its own name: `gate`, `explain` and `snapshots` are also modules,
and a name must not mean one thing before such a module is imported and another after it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mqlgate import api
    from mqlgate.errors import AnswerIsNo, InputError, MqlgateError

__all__ = ["AnswerIsNo", "InputError", "MqlgateError", "api"]


def __getattr__(name: str) -> Any:
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("mqlgate")
    if name == "api":
        return import_module("mqlgate.api")
    if name in __all__:
        return getattr(import_module("mqlgate.errors"), name)
    raise AttributeError(f"module 'mqlgate' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
