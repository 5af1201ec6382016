"""The section `[tracking]`: where runs and versions are kept. Never opens a store."""

from pydantic import Field, field_validator

from mqlgate.config import Section, section

SCHEMES = ("sqlite", "http", "https", "postgresql", "postgresql+psycopg")


@section("tracking")
class TrackingSection(Section):
    """MLflow's store, the experiment that runs are logged to, and the name that versions are registered under."""

    uri: str = Field(
        "sqlite:///mlflow.db",
        description='MLflow\'s tracking URI: "sqlite:///mlflow.db" (relative to this file; artifacts in models/ beside '
        'it), a server such as "https://mlflow.example.com", or "postgresql+psycopg://user:${PASSWORD}@host/db"',
    )
    experiment: str = Field("mqlgate", min_length=1, description="the MLflow experiment that runs are logged to")
    model: str = Field(
        "mqlgate-sql",
        min_length=1,
        description="the name that versions are registered under, without / : . % and quotes",
    )

    @field_validator("uri")
    @classmethod
    def _known_scheme(cls, uri: str) -> str:
        # A URI that is wholly a variable is judged after it was expanded.
        if not uri.startswith("${") and uri.partition(":")[0] not in SCHEMES:
            raise ValueError(f"the URI should begin with one of {', '.join(f'{scheme}:' for scheme in SCHEMES)}")
        return uri

    @field_validator("model")
    @classmethod
    def _usable_name(cls, model: str) -> str:
        if any(mark in model for mark in "/:.%\"'"):
            raise ValueError("a model's name holds none of / : . % and quotes")
        return model
