"""How the gate's figures are said: shares as per cent, objectives as wishes. Never computes a figure."""

from mqlgate.gate import objectives as ask


def percent(share: float | None, digits: int = 1) -> str:
    """A share as per cent, without idle zeros; an en dash where it is not known.

    >>> percent(0.3), percent(0.3207), percent(None)
    ('30%', '32.1%', '–')
    """
    if share is None:
        return "–"
    figure = f"{100 * share:.{digits}f}"
    return (figure.rstrip("0").rstrip(".") if "." in figure else figure) + "%"


def at_least(bound: float | None) -> str:
    """A lower bound as per cent, never rounded up.

    >>> at_least(0.38285), at_least(0.3), at_least(None)
    ('38.2%', '30%', '–')
    """
    # The hair keeps 0.3 from becoming 29.9 %.
    return "–" if bound is None else percent(int(bound * 1000 + 1e-9) / 1000)


def percents(low: float | None, high: float | None, digits: int = 1) -> str:
    """A range of shares as per cent; an en dash alone where it is not known.

    >>> percents(0.1, 0.2), percents(0.277, 0.313, 0)
    ('10–20%', '28–31%')
    """
    if low is None or high is None:
        return "–"
    return f"{percent(low, digits).removesuffix('%')}–{percent(high, digits)}"


def gate_figure(gate: float | None) -> str:
    """A gate as people say it: three digits after the point, four where it is low."""
    if gate is None:
        return "–"
    return f"{gate:.3f}" if gate >= 0.05 else f"{gate:.4f}"


def amount(figure: float | None) -> str:
    """A count or a sum of money: whole from ten on, two significant digits below.

    >>> amount(1234.5), amount(45.1), amount(5.77), amount(0.231)
    ('1,234', '45', '5.8', '0.23')
    """
    if figure is None:
        return "–"
    return f"{figure:,.0f}" if abs(figure) >= 10 or figure == int(figure) else f"{figure:.2g}"


def wish(objective: str, wanted: float | None) -> str:
    """What an objective asks for, in words."""
    if objective == ask.TARGET_SQL_RATE:
        return f"SQL rate of at least {percent(wanted)}"
    if objective == ask.KEEP_SQLS:
        return f"keep at least {percent(wanted)} of SQLs"
    if objective == ask.CAPACITY_PER_WEEK:
        return f"at most {amount(wanted)} new MQLs a week"
    if objective == ask.VALUE:
        return "a lead is worth its cost of working"
    if objective == ask.IN_FORCE:
        return "the signed gate"
    return "the cohort's own SQL rate"
