"""Who was champion, in order, and who was before. Pure: lists of version numbers in, lists out.

The alias is the truth and is always moved last; the history is only a note beside it. Whatever moment a process is
killed at, what the note says up to the alias is right.
"""

import json
from collections.abc import Collection, Sequence


def known_history(noted: Sequence[int], champion: int | None) -> list[int]:
    """The champions so far, the present one last.

    A note that runs ahead of the alias comes from a promotion that was killed before it moved the alias, or from a
    roll-back that had moved it already: it is cut after the champion's last place. A champion that the note does not
    know was promoted by hand.
    """
    if champion is None:
        return []
    if champion not in noted:
        return [*noted, champion]
    last = len(noted) - 1 - list(reversed(noted)).index(champion)
    return list(noted[: last + 1])


def previous(noted: Sequence[int], champion: int | None, existing: Collection[int]) -> int | None:
    """The latest champion before this one that still exists and is another."""
    earlier = known_history(noted, champion)[:-1]
    return next((version for version in reversed(earlier) if version in existing and version != champion), None)


def promoted(noted: Sequence[int], champion: int | None, version: int) -> list[int]:
    """The history once `version` is champion."""
    history = known_history(noted, champion)
    return history if version == champion else [*history, version]


def to_text(history: Sequence[int], most: int = 500) -> str:
    """The history as it is noted, the newest `most` of it."""
    return json.dumps(list(history)[-most:])


def from_text(text: str | None) -> list[int]:
    """What `to_text` wrote; empty where it was spoilt by hand."""
    try:
        noted = json.loads(text or "[]")
        return [int(version) for version in noted]
    except (ValueError, TypeError):
        return []
