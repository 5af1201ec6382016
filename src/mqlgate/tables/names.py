"""Names and texts as they stand in SQL: the one place where either is quoted."""


def quote_name(name: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A literal in single quotes, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"
