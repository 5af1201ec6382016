"""The small CRM in `data/sample` is what the command that its card names gives, byte by byte."""

import pytest


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    from mqlgate import demonstration

    folder = tmp_path_factory.mktemp("sample") / "sample"
    demonstration.run(folder, leads=300, seed=1, data_only=True)
    return folder


@pytest.mark.parametrize(
    "name",
    ["leads.csv", "accounts.csv", "activities.parquet", "lead_history.csv", "outcomes.csv", "truth.csv", "mqlgate.toml",
     "data_card.md"],
)  # fmt: skip
def test_the_sample_is_what_the_command_gives(repository, sample, name):
    assert (repository / "data" / "sample" / name).read_bytes() == (sample / name).read_bytes()
