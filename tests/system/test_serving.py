"""`mlflow models serve` serves a registered version unchanged: features in, probabilities out, over HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ground.sample_model import fitted, fitted_version, snapshots
from ground.served import serving
from mqlgate.registry.settings import TrackingSection
from mqlgate.registry.versions import Registry


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("serving")
    assert Registry(TrackingSection(), folder).log_version(fitted_version()) == 1
    return folder


@pytest.fixture(scope="module")
def served(project) -> Iterator[str]:
    """The address of a server that was started as the documentation says."""
    command = [
        "models",
        "serve",
        "--env-manager",
        "local",
        "--workers",
        "1",
        "--model-uri",
        "models:/mqlgate-sql@champion",
    ]
    with serving(command, project, "/ping", {"MLFLOW_TRACKING_URI": f"sqlite:///{project}/mlflow.db"}) as address:
        yield address


def asked(served: str, body: dict) -> tuple[int, dict]:
    request = urllib.request.Request(
        f"{served}/invocations", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def test_a_request_is_answered_with_the_very_probabilities_of_the_model(served):
    X = snapshots(5, seed=6)
    X.loc[0, "visits"], X.loc[1, "industry"] = np.nan, None
    rows = json.loads(X.to_json(orient="split", index=False, double_precision=15))
    status, answer = asked(served, {"dataframe_split": rows})
    assert status == 200, answer
    expected = fitted().predict(X, X["age_days"].to_numpy())
    assert [row["p_sql"] for row in answer["predictions"]] == expected["p_sql"].tolist()
    for row in answer["predictions"]:
        assert list(row) == ["p_sql", "p_sql_low", "p_sql_high"]
        assert 0 < row["p_sql_low"] <= row["p_sql"] <= row["p_sql_high"] < 1


def test_records_of_some_features_are_enough(served):
    status, answer = asked(served, {"dataframe_records": [{"visits": 3}, {"industry": "steel", "age_days": 7}]})
    assert status == 200, answer
    assert len(answer["predictions"]) == 2


def test_a_word_where_the_signature_has_a_number_is_refused(served):
    status, answer = asked(served, {"dataframe_records": [{"visits": "many"}]})
    assert status == 400
    assert "visits" in json.dumps(answer)
