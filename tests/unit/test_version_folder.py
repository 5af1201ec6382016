"""A version survives the disk to the last bit, and one that was tampered with is refused."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from ground.sample_version import a_recipe, a_version
from mqlgate.errors import InputError
from mqlgate.version import load, save


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(a_version(), tmp_path / "version")
    return tmp_path / "version"


def test_a_version_comes_back_as_it_was_saved(folder):
    loaded, saved = load(folder), a_version()
    assert loaded.recipe == saved.recipe
    assert loaded.model_files == saved.model_files
    assert (loaded.gate, loaded.grades, loaded.reference) == (saved.gate, saved.grades, saved.reference)
    assert loaded.model_card == saved.model_card


def test_out_of_time_predictions_come_back_to_the_last_bit_and_ids_unchanged(folder):
    expected = a_version().out_of_time
    expected["source"] = expected["source"].astype(object).replace({"": None})  # CSV has one empty
    expected["source"] = expected["source"].where(expected["source"].notna(), None)
    expected["lead_id"] = expected["lead_id"].astype(object)
    assert_frame_equal(load(folder).out_of_time, expected, check_exact=True)


def test_the_same_version_gives_the_same_bytes_and_checksum(tmp_path):
    first, second = save(a_version(), tmp_path / "one"), save(a_version(), tmp_path / "two")
    assert first == second == load(tmp_path / "one").checksum
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_saved_version_is_text_alone(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes().decode("utf-8")
            assert path.suffix in {".json", ".csv", ".md", ".txt"}


@pytest.mark.parametrize(
    "name", ["recipe.json", "model/trees.txt", "calibration.json", "out_of_time.csv", "model_card.md"]
)
def test_a_version_of_which_one_byte_was_changed_is_refused(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=rf"{name} was changed") as refusal:
        load(folder)
    assert refusal.value.exit_status == 2


@pytest.mark.parametrize("name", ["recipe.json", "model/trees.txt", "gate.json", "checksums.json"])
def test_an_incomplete_version_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name} cannot be read"):
        load(folder)


def test_a_version_without_a_required_file_is_refused_though_its_checksums_agree(folder):
    (folder / "grades.json").unlink()
    rewrite_checksums(folder, lambda files: files.pop("grades.json"))
    with pytest.raises(InputError, match=r"lacks grades\.json"):
        load(folder)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "nothing")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt", "/etc/hostname", "model/../../secret.txt", "model/..", "..", ".", "", "model//x", "a\\..\\x",
        "C:secret.txt", "~/secret", "model/.hidden", "model/\0x", "checksums.json", "a/b/c/d/e/f.txt", "model/x\n",
    ],
)  # fmt: skip
def test_checksums_can_name_no_file_outside_the_folder(folder, name):
    (folder.parent / "secret.txt").write_text("secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    rewrite_checksums(folder, lambda files: files.update({name: digest}))
    with pytest.raises(InputError, match="which no version holds"):
        load(folder)


def test_a_link_out_of_the_folder_is_not_followed(folder):
    secret = folder.parent / "secret.txt"
    secret.write_bytes((folder / "model/trees.txt").read_bytes())
    (folder / "model/trees.txt").unlink()
    (folder / "model/trees.txt").symlink_to(secret)
    with pytest.raises(InputError, match="is a link"):
        load(folder)
    (folder / "model/trees.txt").unlink()
    (folder / "model").rename(folder.parent / "elsewhere")
    (folder.parent / "elsewhere/trees.txt").write_bytes(secret.read_bytes())
    (folder / "model").symlink_to(folder.parent / "elsewhere")
    with pytest.raises(InputError, match="is a link"):
        load(folder)


@pytest.mark.parametrize(
    "listed",
    [
        b"",
        b"[]",
        b"{}",
        b'{"files": 3}',
        b'{"files": [1, 2]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"files": {"recipe.json": null}}',
    ],
)
def test_checksums_that_are_none_are_refused(folder, listed):
    (folder / "checksums.json").write_bytes(listed)
    with pytest.raises(InputError):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("recipe.json", b"{}"),
        ("recipe.json", b'{"format": 99}'),
        ("gate.json", b"[]"),
        ("gate.json", b"[" * 100_000),
        ("reference.json", b"not json"),
        ("out_of_time.csv", b"lead_id\n1\n"),
    ],
)
def test_files_that_cannot_be_read_are_refused_though_their_checksums_agree(folder, name, content):
    (folder / name).write_bytes(content)
    rewrite_checksums(folder, lambda files: files.update({name: hashlib.sha256(content).hexdigest()}))
    with pytest.raises(InputError, match="cannot be read"):
        load(folder)


def test_a_version_whose_checksums_were_rewritten_too_is_refused_where_its_checksum_was_noted(tmp_path):
    noted = save(a_version(), tmp_path / "version")
    card = b"# trust me\n"
    (tmp_path / "version/model_card.md").write_bytes(card)
    rewrite_checksums(
        tmp_path / "version", lambda files: files.update({"model_card.md": hashlib.sha256(card).hexdigest()})
    )
    assert load(tmp_path / "version").model_card == "# trust me\n"
    with pytest.raises(InputError, match="not the one that was registered"):
        load(tmp_path / "version", noted)


def test_what_is_not_listed_is_neither_read_nor_in_the_way(folder):
    (folder / ".DS_Store").write_bytes(b"\0\1")
    assert ".DS_Store" not in load(folder).model_files


def test_an_existing_folder_is_not_overwritten(folder):
    before = (folder / "checksums.json").read_bytes()
    with pytest.raises(InputError, match="already"):
        save(a_version(model_card="other"), folder)
    assert (folder / "checksums.json").read_bytes() == before


@pytest.mark.parametrize("name", ["../x.txt", "/x.txt", "recipe.json", "checksums.json", ".x", "model/../x"])
def test_a_model_file_cannot_be_saved_outside_its_place(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be called"):
        save(a_version(model_files={name: "x"}), tmp_path / "version")
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_numpy_are_numbers_in_json(tmp_path):
    recipe = a_recipe(hyperparameters={"leaves": np.int64(7), "grid": np.array([0.1, 0.2])})
    save(a_version(recipe=recipe, gate={"leads": np.int32(3), "met": np.bool_(True)}), tmp_path / "version")
    loaded = load(tmp_path / "version")
    assert loaded.recipe.hyperparameters == {"leaves": 7, "grid": [0.1, 0.2]}
    assert loaded.gate == {"leads": 3, "met": True}


def test_nothing_is_left_behind_where_a_number_is_no_json(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        save(a_version(gate={"gate": math.inf}), tmp_path / "version")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_where_the_disk_is_full(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        save(a_version(), tmp_path / "version")
    assert list(tmp_path.iterdir()) == []


def rewrite_checksums(folder: Path, change) -> None:
    listed = json.loads((folder / "checksums.json").read_text())
    change(listed["files"])
    (folder / "checksums.json").write_text(json.dumps(listed))
