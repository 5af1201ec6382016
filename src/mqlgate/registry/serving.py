"""A version as an MLflow pyfunc: one snapshot's features a row in, `p_sql`, `p_sql_low`, `p_sql_high` out.

`mlflow models serve` imports this module by name and hands it the version's folder; nothing is unpickled.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mqlgate.version import Version, load

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import ModelSignature

    from mqlgate.version import Recipe

AGE = "age_days"
OUTPUTS = ("p_sql", "p_sql_low", "p_sql_high")


class Served:
    """What MLflow calls: the model behind the signature."""

    def __init__(self, version: Version) -> None:
        self.recipe = version.recipe
        self.model = version.model()

    def predict(self, model_input: "pd.DataFrame", params: dict[str, Any] | None = None) -> "pd.DataFrame":  # noqa: ARG002 (MLflow passes it)
        """Probabilities for each row; a feature that is not given is missing, an age that is not given is 0 days."""
        import numpy as np

        X = _features(self.recipe, model_input)
        if AGE in model_input.columns:
            age_days = np.nan_to_num(np.asarray(model_input[AGE], dtype=np.float64))
        else:
            age_days = np.zeros(len(model_input))
        predicted = self.model.predict(X, age_days)
        return predicted[list(OUTPUTS)].reset_index(drop=True)


def _load_pyfunc(data_path: str) -> Served:
    """The name and the shape are MLflow's."""
    return Served(load(Path(data_path)))


def signature_of(recipe: "Recipe") -> "ModelSignature":
    """Names and types of what goes in and comes out; every input may be missing."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    kinds = {feature.name: DataType.double if feature.numeric else DataType.string for feature in recipe.features}
    kinds.setdefault(AGE, DataType.double)
    inputs = Schema([ColSpec(kind, name, required=False) for name, kind in kinds.items()])
    return ModelSignature(inputs, Schema([ColSpec(DataType.double, name) for name in OUTPUTS]))


def _features(recipe: "Recipe", given: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    columns: dict[str, Any] = {}
    for feature in recipe.features:
        if feature.name not in given.columns:
            columns[feature.name] = np.nan if feature.numeric else None
        elif feature.numeric:
            columns[feature.name] = given[feature.name].astype("float64").to_numpy()
        else:
            texts = given[feature.name].astype(object)
            columns[feature.name] = texts.where(texts.notna(), None).to_numpy()
    X = pd.DataFrame(columns, index=range(len(given)), columns=list(recipe.feature_names))
    words = [feature.name for feature in recipe.features if not feature.numeric]
    return X.astype(dict.fromkeys(words, object))
