"""What a column's name says about when it is known. Weak evidence: it is told together with what the values show."""

import re
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_AFTERWARDS = re.compile(
    r"(^|_)(duration|call_?(length|duration|time)|talk_?time|handle_?time|clos(e|ed|ing)(_?(date|value|time|reason|amount|at|won|lost))?"
    r"|won(_?(date|at|amount|reason))?|lost(_?(date|at|reason))?|loss_?reason|win_?reason|conver(ted|sion)(_?(date|at|time))?"
    r"|outcome|result|disposition|deal_?(id|value|size|stage|amount)|contract(_?(id|value|date|signed))?|opportunity_?(id|amount)"
    r"|reject(ed|ion)(_?(reason|date|at))?|disqualif\w*|accept(ed|ance)(_?(date|at))?|days_?to_?\w+|time_?to_?\w+)$"
)
_LEAST = 0.05
_EXPECTED = 20.0
_NONE = 0.06


def known_afterwards(name: str) -> bool:
    """Whether a name speaks of what is only known after the contact, the decision or the deal."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return bool(_AFTERWARDS.search(re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")))


def shuts_out(values: Values, label: "Floats") -> tuple[float, int, float] | None:
    """The low end of a number in which hardly any lead is accepted though many should be: bound, leads, rate.

    A contact of no length was never accepted: low values of what is measured during or after the contact shut
    acceptance out.
    """
    import numpy as np

    if values.kind != "number" or values.number is None:
        return None
    there = ~np.isnan(values.number) & ~np.isnan(label)
    number, y = values.number[there], label[there]
    if number.size == 0:
        return None
    bound = float(np.quantile(number, _LEAST))
    low = number <= bound
    expected, found = float(low.sum() * y.mean()), float(y[low].sum())
    if expected >= _EXPECTED and found <= _NONE * expected:
        return bound, int(low.sum()), found / float(low.sum())
    return None
