"""`MqlClassifier`: boosted trees behind one scikit-learn classifier, for tables of numbers and words.

It takes DataFrames with missing values, categories and any column names, or arrays. It never chooses its own settings
(`choice` does) and never calibrates.
"""

import json
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from mqlgate.model import trees
from mqlgate.model.additive import Floats
from mqlgate.model.encoding import Encoding
from mqlgate.model.trees import TreeSettings

_DEFAULT = TreeSettings()


class MqlClassifier(ClassifierMixin, BaseEstimator):
    """Binary classifier: a sum of shallow, regularised trees, additive in log-odds.

    Parameters
    ----------
    n_trees, learning_rate, depth, min_leaf_information, l2, category_l2, column_share
        As in `mqlgate.model.trees.TreeSettings`.
    min_level_rows
        A category's level with fewer rows folds into "other", as does a level that was not there when fitting.
    random_state
        Seed of the columns among which each split chooses.
    n_jobs
        Threads; the result does not depend on it.

    Attributes
    ----------
    classes_
        The two labels; `log_odds` is of the second.
    encoding_
        Columns and levels as learnt.
    booster_
        LightGBM's booster.
    base_log_odds
        Mean prediction over the rows of the fit, where contributions start from.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"visits: 7d": [0, 1, None, 5] * 20, "industry": ["retail", None, "saas", "saas"] * 20})
    >>> model = MqlClassifier().fit(X, [0, 0, 0, 1] * 20)
    >>> bool((model.predict(X) == [0, 0, 0, 1] * 20).all())
    True
    >>> total = model.base_log_odds + model.contributions(X).sum(axis=1)
    >>> bool(abs(total - model.log_odds(X)).max() < 1e-9)
    True
    """

    def __init__(
        self,
        n_trees: int = _DEFAULT.trees,
        learning_rate: float = _DEFAULT.learning_rate,
        depth: int = _DEFAULT.depth,
        min_leaf_information: float = _DEFAULT.min_leaf_information,
        l2: float = _DEFAULT.l2,
        category_l2: float = _DEFAULT.category_l2,
        column_share: float = _DEFAULT.column_share,
        min_level_rows: int = 20,
        random_state: int = 0,
        n_jobs: int = 2,
    ) -> None:
        self.n_trees = n_trees
        self.learning_rate = learning_rate
        self.depth = depth
        self.min_leaf_information = min_leaf_information
        self.l2 = l2
        self.category_l2 = category_l2
        self.column_share = column_share
        self.min_level_rows = min_level_rows
        self.random_state = random_state
        self.n_jobs = n_jobs

    @classmethod
    def of(cls, settings: TreeSettings, seed: int, threads: int) -> Self:
        """The classifier with these tree settings."""
        return cls(
            n_trees=settings.trees,
            learning_rate=settings.learning_rate,
            depth=settings.depth,
            min_leaf_information=settings.min_leaf_information,
            l2=settings.l2,
            category_l2=settings.category_l2,
            column_share=settings.column_share,
            random_state=seed,
            n_jobs=threads,
        )

    @property
    def settings(self) -> TreeSettings:
        """The tree settings among the parameters."""
        return TreeSettings(
            self.n_trees,
            self.learning_rate,
            self.depth,
            self.min_leaf_information,
            self.l2,
            self.category_l2,
            self.column_share,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on a DataFrame, or an array of numbers, of shape (n, columns) and two labels.

        Rows of weight 0 are left out.

        Raises
        ------
        ValueError
            If there are not exactly two classes among the rows that carry weight.
        """
        table = self._table(X, reset=True)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        if type_of_target(y) not in ("binary", "multiclass"):
            raise ValueError(f"Unknown label type: {type_of_target(y)}")
        if len(y) != len(table):
            raise ValueError(f"X has {len(table)} rows and y has {len(y)} labels")
        weight = _check_sample_weight(sample_weight, np.empty((len(table), 1)), ensure_non_negative=True)
        kept = weight > 0
        self.classes_, codes = np.unique(y[kept], return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs two classes, and all rows are of one class")
        weight, table = weight[kept], table[kept]
        self.encoding_ = Encoding.learn(table, self.min_level_rows, weight)
        binned = trees.dataset(
            self.encoding_.encode(table), codes.astype(np.float64), weight, self.encoding_.categorical, self.n_jobs
        )
        booster = trees.boost(binned, self.settings, self.random_state, self.n_jobs)
        # What is used is what is stored: the text is read back, so that a fitted and a loaded model are one.
        self.booster_ = trees.from_text(trees.to_text(booster))
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order; f0, f1 … where an array was given."""
        check_is_fitted(self)
        return self.encoding_.columns

    @property
    def base_log_odds(self) -> float:
        """Log-odds that contributions start from."""
        check_is_fitted(self)
        blank = np.full((1, len(self.columns)), np.nan)
        return float(trees.contributions(self.booster_, blank, 1)[0, -1])

    def log_odds(self, X: Any) -> Floats:
        """Log-odds of the second class, shape (n,)."""
        return trees.log_odds(self.booster_, self._matrix(X), self.n_jobs)

    def contributions(self, X: Any) -> Floats:
        """SHAP values (Lundberg et al. 2020, path-dependent), shape (n, columns): base plus row sum is `log_odds`."""
        return trees.contributions(self.booster_, self._matrix(X), self.n_jobs)[:, :-1]

    def decision_function(self, X: Any) -> Floats:
        """The same as `log_odds`, by scikit-learn's name."""
        check_is_fitted(self)
        return self.log_odds(X)

    def predict_proba(self, X: Any) -> Floats:
        """Uncalibrated probabilities of both classes, shape (n, 2)."""
        from scipy.special import expit

        scores = self.decision_function(X)
        return np.column_stack([expit(-scores), expit(scores)])

    def predict(self, X: Any) -> Any:
        """The likelier class of each row."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int)]

    def to_files(self) -> dict[str, str]:
        """Trees as LightGBM's text; columns, levels, classes and parameters as JSON."""
        check_is_fitted(self)
        named = hasattr(self, "feature_names_in_")
        stored = {"parameters": self.get_params(), "classes": self.classes_.tolist(), "named": named}
        return {
            "trees.txt": trees.to_text(self.booster_),
            "estimator.json": json.dumps(stored, indent=1),
            **self.encoding_.to_files(),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """The fitted classifier that `to_files` wrote."""
        stored = json.loads(files["estimator.json"])
        model = cls(**stored["parameters"])
        model.classes_ = np.array(stored["classes"])
        model.encoding_ = Encoding.from_files(files)
        model.booster_ = trees.from_text(files["trees.txt"])
        model.n_features_in_ = len(model.encoding_.columns)
        if stored["named"]:
            model.feature_names_in_ = np.array(model.encoding_.columns, dtype=object)
        return model

    def _table(self, X: Any, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)
            if len(X) == 0 and reset:
                raise ValueError("Found array with 0 sample(s) while a minimum of 1 is required.")
            if X.shape[1] == 0:
                raise ValueError(f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required.")
            return X
        array = validate_data(self, X, reset=reset, ensure_all_finite="allow-nan", dtype="numeric")
        return pd.DataFrame(array, columns=[f"f{j}" for j in range(array.shape[1])])

    def _matrix(self, X: Any) -> Floats:
        check_is_fitted(self)
        return self.encoding_.encode(self._table(X, reset=False))
