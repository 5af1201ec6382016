"""The frame of every report: one HTML file, light and dark, from a telephone to paper. Holds no report's content."""

from importlib.resources import files

from mqlgate.report.html import Html, element, joined

# Nothing is loaded and nothing runs, whatever a text from the data tries.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(title: str, *body: object, footer: str) -> str:
    """A complete HTML document.

    Parameters
    ----------
    title
        Of the window; escaped.
    body
        Elements of `main`.
    footer
        One line that says where the page comes from.
    """
    style = files("mqlgate.report").joinpath("page.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(style)),
    )
    whole = element(
        "html",
        head,
        element("body", element("main", joined(*body)), element("footer", element("p", footer))),
        lang="en",
    )
    return f"<!doctype html>\n{whole}\n"


def section(title: str, *body: object, class_: str | None = None) -> Html:
    """A part of the page with a heading that names it."""
    name = "-".join(word for word in "".join(c if c.isalnum() else " " for c in title.lower()).split())
    return element("section", element("h2", title, id=name), joined(*body), aria_labelledby=name, class_=class_)
