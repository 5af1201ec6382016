"""Markup that is safe by construction: whatever is not marked as HTML is escaped. Never holds a text of its own."""

from collections.abc import Iterable, Sequence
from html import escape

_VOID = frozenset({"meta", "br", "col", "hr"})


class Html(str):
    """Text that is markup already. Made by `element` and by what draws charts; never made from data."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: object) -> Html:
    """An element. Children that are not `Html` are escaped; a list of children is joined; None is left out.

    Attribute names lose a trailing underscore and take hyphens for underscores (`class_`, `aria_label`); True stands
    for an attribute without a value, None and False for none at all.

    >>> element("p", "a < b", element("b", "bold"), class_="x")
    '<p class="x">a &lt; b<b>bold</b></p>'
    """
    said = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{said}>")
    return Html(f"<{tag}{said}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Html:
    """Children one after the other, escaped where they are not `Html`."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, list | tuple):
            parts.append(joined(*child))
        else:
            parts.append(escape(_printable(str(child))))
    return Html("".join(parts))


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[object]], words: Sequence[int] = (0,), here: int = -1
) -> Html:
    """A table that scrolls by itself where it is too wide; the first cell of a row names it.

    `words` are the columns that hold words; the others hold figures and stand to the right. `here` is the row to mark.
    """

    def side(column: int) -> str | None:
        return None if column in words else "figure"

    heads = [element("th", text, scope="col", class_=side(column)) for column, text in enumerate(head)]
    body = [
        element(
            "tr",
            [
                element("th" if column == 0 else "td", cell, scope="row" if column == 0 else None, class_=side(column))
                for column, cell in enumerate(row)
            ],
            class_="here" if number == here else None,
        )
        for number, row in enumerate(rows)
    ]
    inner = element(
        "table", element("caption", caption), element("thead", element("tr", heads)), element("tbody", body)
    )
    return element("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(_printable(str(value)))}"'


def _printable(text: str) -> str:
    # Control characters are not allowed in HTML, and those that turn the direction of text can make it lie.
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
