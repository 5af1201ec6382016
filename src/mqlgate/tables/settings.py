"""The sections that name tables and map their columns. Never opens one."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from mqlgate import domain
from mqlgate.config import Section, section


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, (str, int, float, bool)) else value


Values = Annotated[tuple[str | int | float | bool, ...], BeforeValidator(_as_list)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class TableSection(Section):
    """Where a table comes from: a file (or a glob of Parquet files), or a query to a database."""

    path: str | None = Field(
        None, description="a CSV or Parquet file, or a glob of Parquet files, relative to this file"
    )
    url: str | None = Field(None, description="a SQLAlchemy URL such as postgresql+psycopg://user:${PASSWORD}@host/db")
    query: str | None = Field(None, description="the SQL query to run at `url`")
    encoding: str = Field("utf-8", description='the encoding of a CSV file, such as "utf-8" or "latin-1"')
    dayfirst: bool | None = Field(
        None, description="true where 01/02/2018 is 1 February; the default is that of [leads]"
    )

    @field_validator("path")
    @classmethod
    def _some_file(cls, path: str | None) -> str | None:
        if path is not None and "\0" in path:
            raise ValueError("is no path: it holds a NUL byte")
        return path

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.path and (self.url or self.query):
            raise ValueError("both a path and a url are given: keep one of them")
        if bool(self.url) != bool(self.query):
            raise ValueError("a url needs a query and a query needs a url: give both")
        return self

    @property
    def given(self) -> bool:
        """Whether a source of its own is named."""
        return bool(self.path or self.url)


class RequiredTable(TableSection):
    """A table that is of no use without a source."""

    @model_validator(mode="after")
    def _some_source(self) -> Self:
        if not self.given:
            raise ValueError(
                'neither a path nor a url with a query is given: name the table, such as path = "leads.csv"'
            )
        return self


@section("leads")
class LeadsSection(RequiredTable):
    """One row per lead."""

    id: str = Field("lead_id", description="the column that identifies a lead")
    created_at: str | None = Field(None, description="when the lead came to be; a lead does not exist before it")
    qualified_at: str | None = Field(None, description="when the lead became an MQL: its snapshot for training")
    account: str | None = Field(None, description="the column that names the lead's account")
    source: str | None = Field(None, description="where the lead came from")
    campaign: str | None = Field(None, description="the campaign that brought the lead")
    owner: str | None = Field(None, description="the rep who has the lead")
    email: str | None = Field(None, description="the e-mail address; only ever used as its kind")
    title: str | None = Field(None, description="the job title; used as seniority and function")
    order: str | None = Field(
        None, description="a column that grows with time where there is no timestamp; never a feature"
    )
    exclude: Names = Field((), description="columns that are never features")
    max_bad_share: float = Field(
        0.01, ge=0, le=1, description="the share of bad rows, from 0 to 1, beyond which `score` stops"
    )

    @property
    def snapshot_at(self) -> str | None:
        """The column of the MQL snapshot: where no qualification is mapped, a lead is an MQL from its creation on."""
        return self.qualified_at or self.created_at


@section("lookups", many=True)
class LookupSection(RequiredTable):
    """A static table that is joined to the leads: companies, products."""

    key: str = Field(description="the leads' column that refers to this table")
    id: str = Field(description="this table's column that it refers to")
    prefix: str = Field("", description="put before the names of this table's columns")
    exclude: Names = Field((), description="columns of this table that are never features")
    aliases: dict[str, str] = Field(
        default_factory=dict, description="other spellings of an id: as the leads have it = as this table has it"
    )


class DatedTable(TableSection):
    """A table of events of leads."""

    lead: str = Field("lead_id", description="the column that refers to the lead")
    recorded: str | None = Field(None, description="when the system learned of it; nothing is seen before both times")


@section("activities", optional=True)
class ActivitiesSection(DatedTable, RequiredTable):
    """One row per thing that a lead did."""

    type: str = Field("activity_type", description="what the lead did")
    at: str = Field("occurred_at", description="when it happened")
    exclude: Names = Field((), description="types that are never seen, such as those that are the outcome itself")


@section("history", optional=True)
class HistorySection(DatedTable, RequiredTable):
    """Changes of lead fields: HubSpot property history, Salesforce field history."""

    field: str = Field("field", description="the name of the field that changed")
    value: str = Field("value", description="what it became")
    old: str | None = Field(None, description="what it was before")
    at: str = Field("changed_at", description="when it changed")


@section("outcomes", optional=True)
class OutcomesSection(DatedTable):
    """What sales did with a lead: a table of its own, or a column of the leads table."""

    at: str | None = Field(None, description="when it happened")
    stage: str | None = Field(None, description="what happened; without it every row is an acceptance")
    reason: str | None = Field(None, description="why a lead was rejected")
    owner: str | None = Field(None, description="the rep who decided")
    amount: str | None = Field(None, description="what a won deal is worth")
    accepted: Values = Field((), description="the stages, or values of `column`, that mean accepted")
    rejected: Values = Field((), description="the stages, or values of `column`, that mean rejected")
    won: Values = Field((), description="the stages that mean won")
    touched: Values = Field((), description="the stages that mean a first touch by sales")
    horizon_days: float = Field(
        domain.DEFAULT_HORIZON_DAYS, gt=0, le=3650, description="days within which an acceptance counts"
    )
    won_horizon_days: float = Field(
        domain.DEFAULT_WON_HORIZON_DAYS, gt=0, le=3650, description="days within which a win counts"
    )
    column: str | None = Field(None, description="the leads' own target column, in place of a table")
    reasons: dict[str, str] = Field(
        default_factory=dict, description="the data's words for a rejection = the code of the closed list"
    )

    @field_validator("reasons")
    @classmethod
    def _closed_list(cls, reasons: dict[str, str]) -> dict[str, str]:
        for said, code in reasons.items():
            if code not in domain.REJECTION_REASONS:
                raise ValueError(
                    f'"{said}" stands for "{code}", which is none of {", ".join(domain.REJECTION_REASONS)}'
                )
        return reasons

    @model_validator(mode="after")
    def _table_or_column(self) -> Self:
        if self.column and (self.given or self.at):
            raise ValueError("both a table and a target `column` are given: keep one of them")
        if not self.column and not self.given:
            raise ValueError(
                "neither a table (path, or url and query) nor a target `column` is given: name one of them"
            )
        if self.given and not self.at:
            raise ValueError("`at` is missing: outcomes of a table need the column that says when they happened")
        if (self.column or self.stage) and not self.accepted:
            raise ValueError("`accepted` is missing: name the values that mean accepted")
        if not self.stage and not self.column and (self.accepted or self.rejected):
            raise ValueError(
                "`stage` is missing: without it every row is an acceptance, and `accepted` and `rejected` say nothing"
            )
        return self
