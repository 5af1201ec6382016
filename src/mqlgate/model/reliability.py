"""What came of leads that were given a probability: the figures of a reliability diagram. Draws nothing."""

from dataclasses import dataclass

import numpy as np

from mqlgate.model.additive import Floats


@dataclass(frozen=True)
class ReliabilityBin:
    """Leads whose probability lies in [`low`, `high`]: what was said on average, and what came.

    `low95` and `high95` are the exact two-sided 95 % interval of the rate (Clopper and Pearson 1934).
    """

    low: float
    high: float
    leads: int
    mean_p: float
    sqls: int
    rate: float
    low95: float
    high95: float


def reliability(p: Floats, y: Floats, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Bins of about equally many leads, from the lowest probability to the highest; equal ones stay together.

    Rows whose `p` is NaN are left out; no rows, no bins.
    """
    from scipy.stats import beta

    seen = ~np.isnan(p)
    p, y = p[seen], y[seen]
    if len(p) == 0:
        return ()
    cuts = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf"))
    number = np.searchsorted(cuts, p, side="left")
    found = []
    for k in np.unique(number):
        inside = number == k
        n, sqls = int(inside.sum()), int(y[inside].sum())
        found.append(
            ReliabilityBin(
                low=float(p[inside].min()),
                high=float(p[inside].max()),
                leads=n,
                mean_p=float(p[inside].mean()),
                sqls=sqls,
                rate=sqls / n,
                low95=float(beta.ppf(0.025, sqls, n - sqls + 1)) if sqls > 0 else 0.0,
                high95=float(beta.ppf(0.975, sqls + 1, n - sqls)) if sqls < n else 1.0,
            )
        )
    return tuple(found)
