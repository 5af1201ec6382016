"""What kind a column is, and how its values are read and compared: a table of cases."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest

from mqlgate.tables import kinds
from mqlgate.tables.groups import group_of
from mqlgate.tables.kinds import ColumnFacts
from mqlgate.tables.names import quote_name, quote_text


def table(values: Sequence[object], kind: str = "VARCHAR") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    texts = pa.array([None if value is None else str(value) for value in values], pa.string())
    con.register("given", pa.table({"n": range(len(values)), "v": texts}))
    con.execute(f'CREATE TABLE raw AS SELECT n AS __row, CAST(v AS {kind}) AS "a \'b" FROM given ORDER BY n')
    return con


def facts(values: Sequence[object], kind: str = "VARCHAR") -> ColumnFacts:
    [found] = kinds.column_facts(table(values, kind), "raw", ["a 'b"])
    return found


def expression(values: Sequence[object], sql: str, kind: str = "VARCHAR") -> list[object]:
    return [row[0] for row in table(values, kind).execute(f"SELECT {sql} FROM raw ORDER BY __row").fetchall()]


KINDS = {
    "whole numbers": (["1", "20", "-3"], "number"),
    "fractions, signs and exponents": (["1.5", "+.5", "-2.", "1e6"], "number"),
    "numbers with blanks and words for none": ([" 1 ", "n/a", "", "NULL", "?", "2"], "number"),
    "numbers with infinities": (["1", "inf", "-Infinity", "2"], "number"),
    "numbers with one stray in a hundred": ([*map(str, range(99)), "many"], "number"),
    "numbers with three strays in a hundred": ([*map(str, range(97)), "many", "few", "some"], "text"),
    "zeros and ones": (["0", "1", "1"], "number"),
    "postal codes": (["01234", "99999", "00501"], "category"),
    "yes and no": (["yes", "No", "YES", ""], "boolean"),
    "true and false": (["true", "FALSE"], "boolean"),
    "only yes": (["yes", "yes"], "boolean"),
    "yes, no and perhaps": (["yes", "no", "perhaps"], "category"),
    "dates": (["2018-02-28", "2018-03-01"], "time"),
    "dates in words": (["Feb 28, 2018", "March 1, 2018"], "time"),
    "timestamps": (["2018-02-28T09:30:00Z", ""], "time"),
    "telephone numbers": (["030-123-4567", "089-765-4321"], "category"),
    "sizes": (["51-200", "1-10", "51-200"], "category"),
    "words": (["red", "green", "red"], "category"),
    "Namibia among countries": (["NA", "DE", "US"], "category"),
    "a hundred different texts": ([f"ref {n}x" for n in range(100)], "text"),
    "twenty different words": ([f"w{n}" for n in range(20)], "category"),
    "nothing": (["", None], "category"),
    "only words for none": (["n/a", "-"], "category"),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_column_has_the_kind_that_its_values_show(case):
    values, kind = KINDS[case]
    assert facts(values).kind == kind


@pytest.mark.parametrize(
    ("declared", "values", "kind"),
    [
        ("BIGINT", ["1", "2"], "number"),
        ("DOUBLE", ["1.5", None], "number"),
        ("DECIMAL(9, 2)", ["1.50", "2.25"], "number"),
        ("BOOLEAN", ["true", "false"], "boolean"),
        ("DATE", ["2018-02-28"], "time"),
        ("TIMESTAMP", ["2018-02-28 09:30:00"], "time"),
        ("INTEGER[]", ["[1, 2]"], "text"),
    ],
)
def test_a_typed_column_has_the_kind_of_its_type(declared, values, kind):
    assert facts(values, declared).kind == kind


def test_facts_count_what_is_filled_different_and_stray():
    found = facts([*map(str, range(98)), "1", "many", "", None])
    assert (found.filled, found.distinct, found.strays) == (100, 99, 1)
    assert found.unique_share == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1", 1.0), (" 2.5 ", 2.5), ("-.5", -0.5), ("1e3", 1000.0), ("1e999", None), ("inf", None), ("nan", None),
        ("1,000", None), ("12%", None), ("0x10", None), ("", None), (None, None), ("1 000", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_number_is_read_or_none(value, number):
    assert expression([value], kinds.number_sql("a 'b")) == [number]


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ("yes", 1.0),
        ("Y", 1.0),
        ("TRUE", 1.0),
        ("1", 1.0),
        ("1.0", 1.0),
        ("no", 0.0),
        ("f", 0.0),
        ("0", 0.0),
        ("perhaps", None),
        ("", None),
    ],
)
def test_a_truth_is_read_or_none(value, truth):
    assert expression([value], kinds.boolean_sql("a 'b")) == [truth]


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("Won", ["won"], True), (" WON ", ["Won"], True), ("1", [1], True), ("1.0", [1], True), ("1", [True], True),
        ("true", [1], True), ("True", [True], True), ("0", [False], True), ("1", ["1.0"], True), ("10", [1], False),
        ("1.5", [1], False), ("won", ["won back"], False), ("", [""], True), (None, ["won"], False), ("won", [], False),
        ("it's", ["It's"], True), ("Gewonnen!", ["gewonnen!"], True), ("\twon\n", ["won"], True),
    ],
)  # fmt: skip
def test_values_compare_as_trimmed_folded_text_and_true_1_and_1_0_are_equal(value, wanted, same):
    assert expression([value], kinds.same_value_sql(quote_name("a 'b"), wanted)) == [same]


def test_typed_values_compare_as_their_texts_do():
    assert expression(["1", "0"], kinds.same_value_sql(quote_name("a 'b"), ["true"]), "BOOLEAN") == [True, False]
    assert expression(["1", "2"], kinds.same_value_sql(quote_name("a 'b"), ["1.0"]), "DOUBLE") == [True, False]


@pytest.mark.parametrize(
    ("column", "group"),
    [
        ("industry", "fit"), ("company_size", "fit"), ("job_title", "fit"), ("country", "fit"),
        ("TotalVisits", "intent"),
        ("Total Time Spent on Website", "intent"), ("page_views", "intent"), ("email_opens", "intent"),
        ("pdays", "intent"),
        ("source", "other"), ("Lead Origin", "other"), ("utm_campaign", "other"), ("created_at", "other"),
        ("month", "other"),
    ],
)  # fmt: skip
def test_a_column_has_the_group_that_its_name_speaks_of(column, group):
    assert group_of(column) == group


@pytest.mark.parametrize("name", ['a"b', "a'b", "a;b", "", "🙂", 'x" FROM y; --'])
def test_names_and_texts_are_quoted_whatever_they_hold(name):
    con = duckdb.connect()
    assert con.execute(f"SELECT {quote_text(name)} AS {quote_name(name or 'empty')}").fetchone() == (name,)
    assert con.description[0][0] == (name or "empty")
