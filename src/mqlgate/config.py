"""`mqlgate.toml`, parsed strictly: sections are pydantic models that their own modules register.

Never opens a data file. An unknown key is an error that names the nearest known one.
"""

import difflib
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from mqlgate.errors import InputError, listed, masked, quoted

DEFAULT_PATH = Path("mqlgate.toml")

# The modules that register sections; imported when a configuration is read, so that no order of imports matters.
_HOMES = (
    "mqlgate.tables.settings",
    "mqlgate.features.settings",
    "mqlgate.model.settings",
    "mqlgate.gate.settings",
    "mqlgate.registry.settings",
)
_TOP_LEVEL = {"timezone": "UTC"}
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Section(BaseModel):
    """Base of all sections: frozen, and no key is let through that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What `repr` shows: a URL's password is never part of it."""
        for name, value in super().__repr_args__():
            yield name, masked(value) if isinstance(value, str) else value


S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Registered:
    """How a section stands in the file: its name, its model, whether there are many, whether it may be absent."""

    name: str
    kind: type[Section]
    many: bool
    optional: bool


SECTIONS: dict[str, Registered] = {}


def section(name: str, *, many: bool = False, optional: bool = False) -> Callable[[type[S]], type[S]]:
    """Register a model as the section `[name]`, or `[[name]]` where there are `many`.

    An absent section is its model's defaults; an absent `optional` one is `None`.
    """

    def register(kind: type[S]) -> type[S]:
        SECTIONS[name] = Registered(name, kind, many, optional)
        return kind

    return register


class Config:
    """What the user said. `config[GateSection]` is the section, checked and typed."""

    def __init__(self, said: Mapping[str, Any], directory: Path | str, where: str = "mqlgate.toml") -> None:
        for home in _HOMES:
            import_module(home)
        self.directory = Path(directory)
        self.where = where
        self.said = dict(said)
        self._refuse_unknown_top_level()
        self.timezone = self._zone()
        self._sections = {name: self._parse(registered) for name, registered in SECTIONS.items()}

    def __getitem__(self, kind: type[S]) -> S:
        parsed = self._sections[self._name_of(kind)]
        return cast(S, parsed)

    def optional(self, kind: type[S]) -> S | None:
        """An optional section, or None where the file does not have it."""
        return cast("S | None", self._sections[self._name_of(kind)])

    def many(self, kind: type[S]) -> tuple[S, ...]:
        """All `[[sections]]` of this kind, in the order of the file."""
        return cast("tuple[S, ...]", self._sections[self._name_of(kind)])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that was said, passwords left out: the same file has the same, wherever it lies."""
        text = json.dumps(_without_secrets(self.said), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def resolve(self, path: str) -> Path:
        """A path of the file, relative to where the file stands."""
        return (self.directory / path).resolve() if not Path(path).is_absolute() else Path(path)

    def replaced(self, **sections: Any) -> "Config":
        """A copy in which some sections, given as plain tables, stand in place of the file's."""
        return Config({**self.said, **sections}, self.directory, self.where)

    def _name_of(self, kind: type[Section]) -> str:
        return next(name for name, registered in SECTIONS.items() if registered.kind is kind)

    def _refuse_unknown_top_level(self) -> None:
        known = [*_TOP_LEVEL, *SECTIONS]
        for key in self.said:
            if key not in known:
                raise InputError(self.where, f"unknown {_as_key(self.said[key], key)}", _nearest(key, known))

    def _zone(self) -> ZoneInfo:
        name = self.said.get("timezone", _TOP_LEVEL["timezone"])
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            raise InputError(
                f"{self.where}, timezone",
                f"{quoted(name)} is no time zone",
                'a name of the IANA list such as "UTC", "Europe/Berlin" or "America/New_York"',
            ) from None

    def _parse(self, registered: Registered) -> object:
        said = self.said.get(registered.name)
        if registered.many:
            if said is None:
                return ()
            if not isinstance(said, list):
                raise InputError(
                    self.where, f"[{registered.name}] is one table", f"[[{registered.name}]], once for each"
                )
            return tuple(
                self._validate(registered.kind, table, f"[[{registered.name}]] {number}")
                for number, table in enumerate(said, start=1)
            )
        if said is None and registered.optional:
            return None
        if said is not None and not isinstance(said, Mapping):
            raise InputError(self.where, f"{registered.name} is not a table", f"one table [{registered.name}]")
        return self._validate(registered.kind, said or {}, f"[{registered.name}]")

    def _validate(self, kind: type[Section], said: Mapping[str, Any], where: str) -> Section:
        try:
            return kind.model_validate(_expanded(said, f"{self.where}, {where}"))
        except ValidationError as error:
            raise _told(error, kind, f"{self.where}, {where}") from None


def load(path: Path | str = DEFAULT_PATH) -> Config:
    """Read a configuration file.

    Raises
    ------
    InputError
        Where the file is missing, is not TOML, holds an unknown key or a value of the wrong type.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            str(path), "there is no such file", mend="Name it with --config, or let `mqlgate init LEADS` write one"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(str(path), f"byte {error.start:,} is not UTF-8", mend="Save the file as UTF-8") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            str(path), f"this is not TOML: {error}", mend="Mend that line; texts stand in quotes"
        ) from None
    return Config(said, path.resolve().parent, path.name)


def _as_key(value: object, key: str) -> str:
    if isinstance(value, dict):
        return f"section [{key}]"
    return f"section [[{key}]]" if isinstance(value, list) else f"key {quoted(key)}"


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.5)
    others = ", ".join(known)
    return f'"{near[0]}"? The keys known here are {others}' if near else f"one of {others}"


def _without_secrets(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {key: _without_secrets(value) for key, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [_without_secrets(value) for value in said]
    return masked(said) if isinstance(said, str) else said


def _expanded(said: object, where: str) -> Any:
    """`${NAME}` in a URL is the environment's variable: secrets never stand in the file."""
    if not isinstance(said, Mapping):
        return said
    return {
        key: _url(value, where) if key in ("url", "uri") and isinstance(value, str) else value
        for key, value in said.items()
    }


def _url(said: str, where: str) -> str:
    """The URL with its variables filled in.

    Before the @, where user and password stand, what a URL cannot hold (@ : / and the like) is escaped, unless it is
    already: so a password is written into the environment as it is.
    """

    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in os.environ:
            raise InputError(
                where, f"the environment has no variable {name}", mend=f"Set {name} before you call mqlgate"
            )
        before, after = said[: match.start()], re.split(r"[/?#]", said[match.end() :])[0]
        in_userinfo = "://" in before and "@" not in before.rpartition("://")[2] and "@" in after
        return quote(_BARE_PERCENT.sub("%25", os.environ[name]), safe="%") if in_userinfo else os.environ[name]

    return _VARIABLE.sub(value_of, said)


def _told(error: ValidationError, kind: type[Section], where: str) -> InputError:
    first = error.errors(include_url=False, include_input=True)[0]
    path = [str(part) for part in first["loc"] if part != "[key]"]
    key = ".".join(path)
    more = error.error_count() - 1
    also = f" ({more} more such mistakes)" if more else ""
    if first["type"] == "extra_forbidden":
        return InputError(where, f'unknown key "{key}"{also}', _nearest(path[-1], list(_keys(kind))))
    if first["type"] == "missing":
        return InputError(where, f'the key "{key}" is missing{also}', _meaning(kind, path))
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    if not key:
        found, _, mend = message.partition(": ")
        return InputError(where, f"{found}{also}", mend=mend[:1].upper() + mend[1:])
    if first["type"] == "string_too_short":
        return InputError(where, f'"{key}" is empty{also}', _meaning(kind, path))
    shown = not _secret(path) and not isinstance(first["input"], Mapping)
    found = f" is {quoted(first['input'])}, which" if shown else ""
    wording = f" {message}" if message.startswith(("should", "must", "is ")) else f": {message}"
    return InputError(where, f'"{key}"{found}{wording}{also}', _meaning(kind, path))


def _secret(path: list[str]) -> bool:
    return bool({"url", "uri"} & set(path))


def _keys(kind: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]


def _meaning(kind: type[BaseModel], path: list[str]) -> str:
    for name, field in kind.model_fields.items():
        if path[0] in (name, field.alias) and field.description:
            return field.description
    return ""


def named_columns(columns: list[str], wanted: str) -> str:
    """For a message: the column nearest to `wanted`, then those that there are."""
    near = difflib.get_close_matches(wanted, columns, n=1, cutoff=0.6)
    known = listed([quoted(column) for column in columns], most=12)
    return f"{quoted(near[0])}? The columns are {known}" if near else f"one of {known}"
