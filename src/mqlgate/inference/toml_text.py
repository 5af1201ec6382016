"""TOML as text with comments: values escaped whatever they hold, comments wrapped. Never decides what is written."""

import json
import re
import textwrap

from mqlgate.inference.decision import Decision, Entries, Value

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 108


def value_text(value: Value) -> str:
    """A text, boolean or number as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def key_text(key: str) -> str:
    """A key, in quotes where it must be."""
    return key if _BARE.fullmatch(key) else value_text(key)


def comment(text: str) -> str:
    """`# text`, wrapped; control characters, which TOML refuses, shown escaped."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "\n".join(f"# {line}" for line in textwrap.wrap(shown, _WIDTH, break_long_words=False) or [""])


def decision_text(decision: Decision) -> str:
    """A key with its value, its reason above it."""
    lines = [comment(decision.why)] if decision.why else []
    if decision.alternatives:
        lines.append(comment(f"Would fit too: {', '.join(decision.alternatives)}"))
    key = key_text(decision.key)
    if isinstance(decision.value, tuple):
        lines.append(f"{key} = {_list_text(decision.value)}")
    else:
        lines.append(f"{key} = {value_text(decision.value)}")
    return "\n".join(lines)


def _list_text(members: Entries) -> str:
    if not any(why for _, why in members):
        flat = f"[{', '.join(value_text(member) for member, _ in members)}]"
        if len(flat) <= _WIDTH:
            return flat
    lines = []
    for member, why in members:
        said = comment(why).replace("\n# ", " ") if why else ""
        lines.append(f"    {value_text(member)},{'  ' + said if said else ''}")
    return "[\n" + "\n".join(lines) + "\n]"
