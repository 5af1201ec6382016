"""Names and texts as they stand in SQL: the one place where either is quoted."""

import glob


def quote_name(name: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_file(path: str) -> str:
    """A file's path as a literal that DuckDB takes for that file alone, even where the name looks like a pattern."""
    return quote_text(glob.escape(path))


def quote_text(text: str) -> str:
    """A literal in single quotes, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"
