"""How mistakes are told: one paragraph that says where, what was expected, what was found and how to mend it.

Never prints, never exits: the command line does both, from `exit_status`.
"""

import re
from collections.abc import Iterable

_SHOWN = 60
# Up to the last @ of the word: a password may hold an @ or a slash of its own, and better too much is hidden.
_USERINFO = re.compile(r"(?<=://)([^/@:\s]*):(\S*)@")
_CONFIDENTIAL = r"[\w-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key)[\w-]*"
_SECRET_VALUE = re.compile(rf"(?i)(\b{_CONFIDENTIAL}(?:=|%3d))((?:(?!%3b)[^&;#\s'\"])*)")


class MqlgateError(Exception):
    """Base of all mistakes that a user can mend. `exit_status` is the process's exit status."""

    exit_status = 2


class InputError(MqlgateError):
    """Bad data or configuration.

    Parameters
    ----------
    where
        File or configuration key, column and rows: what to open and where to look.
    found
        What stands there.
    expected
        What should stand there.
    mend
        What the reader can do about it, as an instruction.
    """

    def __init__(self, where: str, found: str, expected: str = "", mend: str = "") -> None:
        self.where, self.found, self.expected, self.mend = where, found, expected, mend
        said = [f"{where}: {found}"]
        if expected:
            said.append(f"Expected {expected}")
        if mend:
            said.append(mend)
        super().__init__("\n".join(_sentence(part) for part in said))


class AnswerIsNo(MqlgateError):
    """The command ran and the answer is no: an error among the findings, no gate, too little data, a lost challenge."""

    exit_status = 1


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ")")) else text + "."


def quoted(value: object) -> str:
    """Text from data as it may be shown in a message: in quotes, shortened, control characters escaped."""
    text = str(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text) + '"'


def masked(text: str) -> str:
    """A URL, or a text that holds some, without passwords: those before an @ and those of `password=…` and the like."""
    return _SECRET_VALUE.sub(r"\1***", _USERINFO.sub(r"\1:***@", text))


def is_secret(key: str) -> bool:
    """Whether the name of a setting speaks of a secret: `password`, `access_token`, `PWD`."""
    return re.fullmatch(_CONFIDENTIAL, key, re.IGNORECASE) is not None


def listed(values: Iterable[object], most: int = 3) -> str:
    """The first few values as a list for a message: `rows 17, 203, 5,411 and 12 more`."""
    shown = [f"{v:,}" if isinstance(v, int) else str(v) for v in values]
    more = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
