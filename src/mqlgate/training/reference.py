"""Fit and intent as percentiles: what the sums of their SHAP values were among training snapshots.

Pure arithmetic on contributions; never looks at a lead.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_STEPS = 201
GROUPS = ("fit", "intent")


def group_sums(contributions: "np.ndarray", groups: Sequence[str]) -> "dict[str, np.ndarray]":
    """Summed log-odds of fit and of intent columns, one figure a row; a group without columns is left out."""
    import numpy as np

    of = np.asarray(groups)
    return {group: contributions[:, of == group].sum(axis=1) for group in GROUPS if (of == group).any()}


def reference_of(contributions: "np.ndarray", groups: Sequence[str]) -> dict[str, Any]:
    """Quantiles of the sums among training snapshots, as they are stored with a version."""
    import numpy as np

    steps = np.linspace(0, 1, _STEPS)
    return {
        group: [float(q) for q in np.quantile(sums, steps)] for group, sums in group_sums(contributions, groups).items()
    }


def percentiles(sums: "np.ndarray", reference: Mapping[str, Any], group: str) -> "np.ndarray":
    """Which share of training snapshots, in whole percent, lies below each sum; of what is equal, half."""
    import numpy as np

    known = np.asarray(reference[group])
    below = np.searchsorted(known, sums - 1e-12, side="left")
    upto = np.searchsorted(known, sums + 1e-12, side="right")
    return np.floor(100 * (below + upto) / 2 / len(known) + 0.5).astype(int).clip(0, 100)
