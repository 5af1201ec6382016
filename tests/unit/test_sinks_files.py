"""A scores file is replaced whole or not at all, reads back to the last bit, and says what it is."""

import csv
import hashlib
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ground.killed import killed_at
from ground.sample_scores import AS_OF, FACTS, scores
from mqlgate.errors import InputError
from mqlgate.sinks.files import ScoresWriter
from mqlgate.sinks.manifest import METADATA_KEY, PARTIAL, Manifest, manifest_path, read_manifest
from mqlgate.sinks.rejected import RejectedRow, rejected_path
from mqlgate.sinks.schema import NAMES, arrow_schema, conformed

FORMATS = ("scores.csv", "scores.parquet")
STEPS = [(os, "open"), (os, "ftruncate"), (os, "fdopen"), (os, "fsync"), (Path, "replace")]
REJECTED = RejectedRow(17, "lead 9", "mql_at", "31/02/2018", "no date")


def write(path: Path, *chunks: pd.DataFrame, facts=FACTS, rejected=()) -> Manifest:
    with ScoresWriter(path, facts) as writer:
        for chunk in chunks:
            writer.write(chunk)
        writer.reject(rejected)
    return writer.manifest


def csv_values(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_parquet_reads_back_equal(tmp_path):
    write(tmp_path / "scores.parquet", scores(200))
    read = pq.read_table(tmp_path / "scores.parquet")
    assert read.equals(conformed(scores(200)))
    assert read.schema.equals(arrow_schema())


def test_csv_floats_read_back_to_the_last_bit_and_texts_unchanged(tmp_path):
    write(tmp_path / "scores.csv", scores(500))
    rows, expected = csv_values(tmp_path / "scores.csv"), conformed(scores(500)).to_pylist()
    assert list(rows[0]) == list(NAMES)
    for row, wanted in zip(rows, expected, strict=True):
        assert row["lead_id"] == wanted["lead_id"]
        for name in ("p_sql", "p_sql_low", "p_sql_high", "p_sql_at_mql", "log_odds"):
            assert (float(row[name]) if row[name] else None) == wanted[name]
        assert row["reasons"] == (wanted["reasons"] or "")


def test_csv_writes_booleans_times_and_nulls_as_the_contract_says(tmp_path):
    write(tmp_path / "scores.csv", scores(5))
    rows = csv_values(tmp_path / "scores.csv")
    assert [row["passes_gate"] for row in rows] == ["true", "false", "false", "true", ""]
    assert {row["scored_at"] for row in rows} == {"2018-02-28T23:59:59.999999Z"}
    content = (tmp_path / "scores.csv").read_bytes()
    assert b"\r\n" not in content
    assert content.endswith(b"\n")
    assert content.decode("utf-8").startswith("lead_id,state,scored_at,")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_rows_give_the_same_bytes_however_they_were_cut(tmp_path, name):
    write(tmp_path / name, scores(700))
    once = (tmp_path / name).read_bytes()
    write(tmp_path / name, scores(1), scores(0), scores(399, 1), scores(300, 400))
    assert (tmp_path / name).read_bytes() == once


def test_parquet_groups_do_not_depend_on_chunks_beyond_one_group(tmp_path, monkeypatch):
    monkeypatch.setattr("mqlgate.sinks.files._ROWS_PER_GROUP", 100)
    write(tmp_path / "a.parquet", scores(450))
    write(tmp_path / "b.parquet", *(scores(30, start) for start in range(0, 450, 30)))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    file = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert [file.row_group(i).num_rows for i in range(file.num_row_groups)] == [100, 100, 100, 100, 50]


@pytest.mark.parametrize("name", FORMATS)
def test_the_manifest_stands_beside_the_file_and_says_what_it_is(tmp_path, name):
    written = write(tmp_path / name, scores(20), facts=replace(FACTS, scope=PARTIAL))
    stored = json.loads((tmp_path / f"{name}.manifest.json").read_text())
    assert stored["as_of"] == "2018-02-28T23:59:59.999999Z"
    assert (stored["model_version"], stored["configuration"], stored["scope"]) == ("7", "ab" * 32, "partial")
    assert (stored["rows"], stored["columns"]) == (20, list(NAMES))
    assert read_manifest(tmp_path / name) == written
    assert written.as_of == AS_OF


def test_parquet_carries_the_very_manifest_in_its_metadata(tmp_path):
    written = write(tmp_path / "scores.parquet", scores(20))
    of_the_file = pq.read_metadata(tmp_path / "scores.parquet").metadata
    of_the_schema = pq.read_schema(tmp_path / "scores.parquet").metadata
    for metadata in (of_the_file, of_the_schema):
        assert Manifest.from_json(json.loads(metadata[METADATA_KEY.encode()])) == written


def test_the_checksum_is_that_of_the_csv_file_and_the_same_for_parquet(tmp_path):
    as_csv, as_parquet = write(tmp_path / "scores.csv", scores(50)), write(tmp_path / "scores.parquet", scores(50))
    assert as_csv.checksum == hashlib.sha256((tmp_path / "scores.csv").read_bytes()).hexdigest() == as_parquet.checksum
    assert write(tmp_path / "other.csv", scores(50, start=1)).checksum != as_csv.checksum


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_without_rows_is_a_table(tmp_path, name):
    assert write(tmp_path / name).rows == 0
    assert write(tmp_path / name, scores(0)).rows == 0
    if name.endswith(".parquet"):
        assert pq.read_table(tmp_path / name).num_rows == 0
    else:
        assert csv_values(tmp_path / name) == []


@pytest.mark.parametrize("name", FORMATS)
def test_where_scoring_fails_the_old_files_stand_and_nothing_else_is_there(tmp_path, name):
    write(tmp_path / name, scores(5), rejected=[REJECTED])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="no column"):
        write(tmp_path / name, scores(50), scores(1).assign(p=0.5))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", FORMATS)
def test_killed_at_any_step_the_file_is_the_old_or_the_new_one(tmp_path, name):
    write(tmp_path / name, scores(5))
    old = (tmp_path / name).read_bytes()
    write(tmp_path / f"x{name}", scores(60))
    new = (tmp_path / f"x{name}").read_bytes()
    seen, step = set(), 0
    while True:
        step += 1
        write(tmp_path / name, scores(5))
        if not killed_at(step, lambda: write(tmp_path / name, scores(30), scores(30, 30), rejected=[REJECTED]), STEPS):
            break
        content = (tmp_path / name).read_bytes()
        assert content in (old, new)
        seen.add(content)
        # A manifest that does not match its table tells so.
        fits = read_manifest(tmp_path / name).rows == (5 if content == old else 60)
        assert fits or content == new
        # The next run succeeds, whatever the killed one left.
        assert write(tmp_path / name, scores(60)).rows == 60
        assert (tmp_path / name).read_bytes() == new
    assert seen == {old, new}
    assert step > 5


FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ground.killed import killed_at
from ground.sample_scores import FACTS, scores
from mqlgate.errors import InputError
from mqlgate.sinks.files import ScoresWriter
import pyarrow.csv, pyarrow.parquet
frame = scores(2000)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with ScoresWriter(Path(sys.argv[1]), FACTS) as writer:
        for _ in range(5):
            writer.write(frame)
except InputError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("name", FORMATS)
def test_where_the_disk_takes_no_more_the_old_file_stands_and_it_is_told_in_one_paragraph(tmp_path, name):
    write(tmp_path / name, scores(5))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    tests = Path(__file__).parents[1]
    # Coverage's own files would meet the same limit, and complain of it in the same place.
    env = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_PROCESS")}
    command = [sys.executable, "-c", FULL_DISK, tmp_path / name, tests]
    ran = subprocess.run(command, capture_output=True, text=True, env=env)
    assert ran.returncode == 1
    assert "cannot be written: File too large" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_read_only_disk_is_told_in_one_paragraph(tmp_path, name, monkeypatch):
    def refused(*_arguments, **_named):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(InputError, match="Read-only file system") as refusal, ScoresWriter(tmp_path / name, FACTS):
        pass
    assert refusal.value.exit_status == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("scores.xlsx", "no format of scores"),
        ("scores", "no format of scores"),
        ("folder.csv", "this is a folder"),
        ("nowhere/scores.csv", "there is no folder"),
    ],
)
def test_a_place_that_cannot_be_is_told_before_anything_is_written(tmp_path, name, said):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=said), ScoresWriter(tmp_path / name, FACTS):
        pytest.fail("scoring must not begin")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_two_runs_do_not_write_the_same_file_at_once(tmp_path):
    path = tmp_path / "scores.csv"
    with ScoresWriter(path, FACTS) as first:
        first.write(scores(5))
        with pytest.raises(InputError, match="another mqlgate"), ScoresWriter(path, FACTS):
            pytest.fail("the second must not begin")
        first.write(scores(5, 5))
    assert len(csv_values(path)) == 10


def test_a_link_is_followed_and_the_mode_of_the_old_file_kept(tmp_path):
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "scores.csv", tmp_path / "scores.csv"
    write(real, scores(1))
    real.chmod(0o640)
    link.symlink_to(real)
    write(link, scores(3))
    assert link.is_symlink()
    assert len(csv_values(real)) == 3
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_is_readable_as_the_users_mask_says(tmp_path):
    write(tmp_path / "scores.csv", scores(1))
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "scores.csv").stat().st_mode) == 0o666 & ~mask


def test_rejected_rows_stand_beside_with_their_reason(tmp_path):
    write(tmp_path / "scores.csv", scores(5), rejected=[REJECTED])
    assert rejected_path(tmp_path / "scores.csv").read_text() == (
        "record,lead_id,column,value,reason\n17,lead 9,mql_at,31/02/2018,no date\n"
    )


def test_rejected_rows_of_a_former_run_do_not_outlive_it(tmp_path):
    write(tmp_path / "scores.csv", scores(5), rejected=[REJECTED])
    write(tmp_path / "scores.csv", scores(5))
    assert not rejected_path(tmp_path / "scores.csv").exists()


@pytest.mark.parametrize(
    ("value", "written"),
    [("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("@SUM(A1)", "'@SUM(A1)"), ("-5", "-5"), ("+1,5", "+1,5")],
)
def test_formulas_in_rejected_rows_are_made_text_and_numbers_left(tmp_path, value, written):
    write(tmp_path / "scores.csv", scores(1), rejected=[RejectedRow(2, "x", "a", value, "r")])
    assert csv_values(rejected_path(tmp_path / "scores.csv"))[0]["value"] == written


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "[" * 100_000, '{"as_of": "never"}'])
def test_a_manifest_that_is_none_is_told(tmp_path, content):
    if content is not None:
        manifest_path(tmp_path / "scores.csv").write_text(content)
    with pytest.raises(InputError, match="manifest"):
        read_manifest(tmp_path / "scores.csv")


def test_a_manifest_of_a_later_release_is_read(tmp_path):
    written = write(tmp_path / "scores.csv", scores(1))
    path = manifest_path(tmp_path / "scores.csv")
    path.write_text(json.dumps({**json.loads(path.read_text()), "new": 1}))
    assert read_manifest(tmp_path / "scores.csv") == written


def test_the_manifest_is_not_known_before_the_table_is_written(tmp_path):
    with ScoresWriter(tmp_path / "scores.csv", FACTS) as writer, pytest.raises(RuntimeError):
        _ = writer.manifest


def test_writing_takes_no_more_memory_for_more_chunks(tmp_path):
    chunk = scores(500)
    with ScoresWriter(tmp_path / "scores.csv", FACTS) as writer:
        writer.write(chunk)
        before = pa.total_allocated_bytes()
        for _ in range(20):
            writer.write(chunk)
        assert pa.total_allocated_bytes() <= before + 1_000_000
