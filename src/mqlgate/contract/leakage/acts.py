"""Columns that add up what leads did after the snapshot, and activity types that are the outcome itself.

Never looks at the label.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mqlgate.contract.leakage.known import Known, Values
from mqlgate.crm import Crm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_MOST = 0.5
_AT_LEAST = 10
_MIN_LATER = 50
_EQUAL = 0.6
_TIED = 0.35
_BINS = 24


@dataclass(frozen=True)
class CoincidingType:
    """An activity type that comes with the outcome: of how many acts of decided leads, how many at the same instant."""

    name: str
    acts: int
    at_outcome: int


def coinciding_types(crm: Crm) -> tuple[CoincidingType, ...]:
    """Activity types whose time equals an outcome's time of the same lead, for most acts of decided leads.

    Times are compared to the microsecond. Where either is a date without time of day, a whole day proves nothing and is
    passed over.
    """
    rows = crm.con.execute(
        """WITH verdict AS (SELECT DISTINCT lead_id, "at" FROM outcome
                            WHERE (accepted OR rejected) AND "at" = at_end AND seen <= $as_of),
                timed AS (SELECT lead_id, type, "at" FROM activity
                          WHERE lead_id IN (SELECT lead_id FROM verdict)
                            AND ("at" = seen OR "at" <> date_trunc('day', "at")))
           SELECT type, count(*) AS acts, count(v."at") AS same FROM timed LEFT JOIN verdict v USING (lead_id, "at")
           GROUP BY type HAVING same >= $least AND same > $most * acts ORDER BY type""",
        {"as_of": crm.as_of, "least": _AT_LEAST, "most": _MOST},
    ).fetchall()
    return tuple(CoincidingType(str(name), int(acts), int(same)) for name, acts, same in rows)


@dataclass(frozen=True)
class Counts:
    """Activities of each lead by kind (all, each tier, the commonest types): up to the snapshot, and after it."""

    names: tuple[str, ...]
    before: "Floats"
    after: "Floats"


def counts_of(crm: Crm, known: Known) -> Counts | None:
    """Activities before and after the snapshot, shape (kinds, leads); None where there are hardly any after it."""
    import numpy as np

    if not known.dated:
        return None
    found = crm.con.execute(
        """WITH common AS (SELECT type FROM activity GROUP BY type ORDER BY count(*) DESC, type LIMIT 12),
                act AS (SELECT l.row, a.seen <= l.qualified_seen AS early, a.tier, a.type
                        FROM activity a JOIN lead l USING (lead_id) WHERE a.seen <= $as_of)
           SELECT 'activities' AS name, row, count(*) FILTER (early) AS before, count(*) FILTER (NOT early) AS after
           FROM act GROUP BY row
           UNION ALL SELECT tier || '-tier activities', row, count(*) FILTER (early), count(*) FILTER (NOT early)
           FROM act GROUP BY tier, row
           UNION ALL SELECT 'activities of type ' || type, row, count(*) FILTER (early), count(*) FILTER (NOT early)
           FROM act SEMI JOIN common USING (type) GROUP BY type, row""",
        {"as_of": crm.as_of},
    ).fetchnumpy()
    if not len(found["name"]) or int(np.asarray(found["after"]).sum()) < _MIN_LATER:
        return None
    names, kind = np.unique(np.asarray(found["name"], dtype=str), return_inverse=True)
    row = np.asarray(found["row"], dtype=np.int64)
    place = np.minimum(np.searchsorted(known.row, row), known.row.size - 1)
    there = known.row[place] == row
    before, after = np.zeros((names.size, known.row.size)), np.zeros((names.size, known.row.size))
    before[kind[there], place[there]] = np.asarray(found["before"], dtype=np.float64)[there]
    after[kind[there], place[there]] = np.asarray(found["after"], dtype=np.float64)[there]
    return Counts(tuple(str(name) for name in names), before, after)


def adds_up_later(values: Values, counts: Counts, known: Known) -> str | None:
    """What a column of numbers adds up from after the snapshot, in words; None where it does not.

    Either it equals such a count for most leads that have one, or it goes along with the acts after the snapshot both
    among leads of the same age and, as acts add up, with age: an honest measure of interest does the first but not
    the second.
    """
    import numpy as np

    if values.kind != "number" or values.number is None:
        return None
    for name, before, after in zip(counts.names, counts.before, counts.after, strict=True):
        some = (after > 0) & ~np.isnan(values.number)
        if some.sum() < _MIN_LATER:
            continue
        for words, total in ((f"all {name} so far", before + after), (f"the {name} after the snapshot", after)):
            if np.unique(total[some]).size >= 3 and np.mean(values.number[some] == total[some]) >= _EQUAL:
                return f"it equals the number of {words}"
    every = counts.names.index("activities")
    if _goes_along(values.number, counts.before[every], counts.after[every], known):
        return "it goes along with what leads did after the snapshot, and grows as they do"
    return None


def _goes_along(number: "Floats", before: "Floats", after: "Floats", known: Known) -> bool:
    import numpy as np

    there = ~np.isnan(number)
    if there.sum() < 200:
        return False
    age = (known.now - known.at)[there]
    bins = np.minimum(np.searchsorted(np.quantile(age, np.linspace(0, 1, _BINS + 1)[1:-1]), age), _BINS - 1)
    x, past, later = _ranks(number[there]), _ranks(before[there]), np.log1p(after[there])
    within = [_within(v, bins) for v in (x, past, later)]
    x_rest, later_rest = (v - within[1] * _slope(v, within[1]) for v in (within[0], within[2]))
    tied = float((x_rest * later_rest).sum() / max(np.sqrt((x_rest**2).sum() * (later_rest**2).sum()), 1e-12))
    if abs(tied) < _TIED:
        return False
    gap = _slope(x_rest, later_rest)
    half = np.random.default_rng(0).integers(0, 2, age.size)
    share = np.zeros(age.size)
    for mine in (0, 1):
        mean = np.bincount(bins[half != mine], weights=later[half != mine], minlength=_BINS)
        others = np.maximum(np.bincount(bins[half != mine], minlength=_BINS), 1)
        share[half == mine] = (mean / others)[bins[half == mine]]
    instrument = share - share.mean()
    denominator = float((instrument * later).sum())
    if denominator <= 0:
        return False
    effect = float((instrument * (x - past * _slope(within[0], within[1]))).sum()) / denominator
    rest = x - past * _slope(within[0], within[1]) - effect * later
    error = float(np.sqrt((instrument**2 * (rest - rest.mean()) ** 2).sum())) / denominator
    return (2 * effect * gap - gap**2) / (2 * max(error, 1e-9) ** 2) > 4.0


def _ranks(x: "Floats") -> "Floats":
    import numpy as np

    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place] / x.size)


def _within(x: "Floats", bins: "Ints") -> "Floats":
    import numpy as np

    mean = np.bincount(bins, weights=x, minlength=_BINS) / np.maximum(np.bincount(bins, minlength=_BINS), 1)
    return np.asarray(x - mean[bins])


def _slope(y: "Floats", x: "Floats") -> float:
    return float((x * y).sum() / max(float((x * x).sum()), 1e-12))
