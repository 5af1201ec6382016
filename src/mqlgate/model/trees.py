"""Small, strongly regularised boosted trees: the only file that speaks to LightGBM. It knows matrices, not columns.

Everything that would make the result depend on the machine is switched off: histograms are built row-wise and
deterministically, and the stored text leaves out LightGBM's own parameters, the number of threads among them.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mqlgate.model.additive import Floats
from mqlgate.model.openmp import ensure_openmp

if TYPE_CHECKING:
    from lightgbm import Booster, Dataset

_DATASET = {"max_bin": 63, "min_data_in_bin": 1, "feature_pre_filter": False, "max_cat_threshold": 32}
CAUTIOUS_TREES = 40
_PARAMETERS = re.compile(r"\nparameters:.*?\nend of parameters\n", re.DOTALL)


@dataclass(frozen=True)
class TreeSettings:
    """How trees are grown.

    `min_leaf_information` bounds a leaf from below by the sum of p(1 - p) over its rows, what a leaf knows of its own
    log-odds: 5 is 20 rows at a rate of .5, and 100 rows at .05. Counts of rows play no part, so that a row of weight 0
    is no row and a row of weight 2 is two. `l2` shrinks leaves; `category_l2` does where levels of a category part,
    which can be grouped in so many ways that some grouping always seems to tell something. `column_share` is the share
    of columns, drawn anew, among which each split chooses.
    """

    trees: int = 100
    learning_rate: float = 0.08
    depth: int = 2
    min_leaf_information: float = 5.0
    l2: float = 10.0
    category_l2: float = 50.0
    column_share: float = 0.5

    def undersmoothed(self, number: int) -> "TreeSettings":
        """Trees that are freer than these, in fewer, larger steps: for refit `number` of a bootstrap, not to predict.

        A regularised fit is biased towards the base, and its bootstrap does not see that bias; an undersmoothed one
        trades it for variance, which the bootstrap sees (Hall 1992, Annals of Statistics 20, 675-694). What shallow
        trees cannot say is how columns act together: every other refit has three levels, the others two at least; where
        that adds no level, trees are boosted twice as far.
        """
        depth = max(self.depth, 3 if number % 2 else 2)
        boosting = self.trees if depth > self.depth else 2 * self.trees
        steps = round(max(CAUTIOUS_TREES, boosting) / 3)
        return replace(self, depth=depth, learning_rate=3 * self.learning_rate, trees=steps)


def dataset(matrix: Floats, y: Floats, weight: Floats, categorical: list[int], threads: int) -> "Dataset":
    """LightGBM's binned table; it may serve several calls of `boost`."""
    ensure_openmp()
    from lightgbm import Dataset

    binned = Dataset(
        matrix,
        label=y,
        weight=weight,
        feature_name=[f"f{j}" for j in range(matrix.shape[1])],
        categorical_feature=categorical,
        params={**_DATASET, "num_threads": threads, "verbosity": -1},
        free_raw_data=True,
    )
    return binned.construct()


def boost(binned: "Dataset", settings: TreeSettings, seed: int, threads: int) -> "Booster":
    """Fit `settings.trees` trees by log loss."""
    from lightgbm import train

    y = np.asarray(binned.get_label(), dtype=np.float64)
    weight = binned.get_weight()
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)  # None: all are 1
    rate = float(weight @ y / weight.sum())
    information = rate * (1 - rate) * float(weight.sum())
    parameters: dict[str, Any] = {
        **_DATASET,
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "max_depth": settings.depth,
        "num_leaves": 2**settings.depth,
        # Never more than a tenth of what there is, so that a small table can be split at all.
        "min_sum_hessian_in_leaf": min(settings.min_leaf_information, information / 10),
        "min_data_in_leaf": 0,
        "min_data_per_group": 1,
        "lambda_l2": settings.l2,
        "cat_l2": settings.category_l2,
        "cat_smooth": settings.category_l2,
        # By node: a share by tree makes LightGBM copy the table for each tree, at three times the cost of growing it.
        "feature_fraction_bynode": settings.column_share,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "verbosity": -1,
    }
    return train(parameters, binned, num_boost_round=settings.trees)


def to_text(booster: "Booster") -> str:
    """LightGBM's own text without the parameters: the same trees, the same text, whatever the number of threads."""
    return _PARAMETERS.sub("\n", booster.model_to_string(num_iteration=-1))


def from_text(text: str) -> "Booster":
    """The booster that `to_text` wrote."""
    ensure_openmp()
    from lightgbm import Booster

    return Booster(model_str=text)


def log_odds(booster: "Booster", matrix: Floats, threads: int, first: int = 0, trees: int = -1) -> Floats:
    """Sum of the leaves of `trees` trees from tree `first` on, for each row."""
    if len(matrix) == 0 or first >= booster.num_trees():
        return np.zeros(len(matrix))
    raw = booster.predict(matrix, raw_score=True, start_iteration=first, num_iteration=trees, num_threads=threads)
    return np.asarray(raw, dtype=np.float64)


def contributions(booster: "Booster", matrix: Floats, threads: int) -> Floats:
    """SHAP values by row and column, the base in the last column: shape (n, columns + 1)."""
    if len(matrix) == 0:
        return np.zeros((0, matrix.shape[1] + 1))
    shares = booster.predict(matrix, pred_contrib=True, num_threads=threads)
    return np.asarray(shares, dtype=np.float64)
