"""The written configuration says what was decided, whatever the columns are called."""

import tomllib
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from ground.undescribed import NOW, loaded, moment, write
from mqlgate.inference import Decision, Inferred, infer

HOSTILE = 'a"b\\c]\n[x]\t#y = 1 \x7f\x01 \u2028 é😀 ${HOME}'
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(key=TEXT.filter(str.strip), value=TEXT, why=TEXT, member=TEXT, other=TEXT)
@example(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_any_text_comes_back_from_the_file_unchanged(key: str, value: str, why: str, member: str, other: str) -> None:
    decisions = (
        Decision("leads", "id", value, why, (other,)),
        Decision("leads", "exclude", ((member, why), (value, "")), other),
        Decision("outcomes.reasons", key, value, why),
    )
    inferred = Inferred(decisions, (("leads", why), ("outcomes", other)), columns=((value, "number", "fit"),))
    said = tomllib.loads(inferred.to_toml())
    assert said["leads"]["id"] == value
    assert said["leads"]["exclude"] == [member, value]
    assert said["outcomes"]["reasons"] == {key: value}


def test_hostile_column_names_and_values_do_not_break_the_file(tmp_path: Path) -> None:
    lead, made, kind = 'lead "id"\n]', "created_at\u2028#", "size = [1]\\"
    leads = write(
        tmp_path / "leads.csv",
        [lead, made, kind, "😀,é"],
        [[f"x'{i}", moment(i), i // 7 % 3, f'"{i // 5 % 4}'] for i in range(90)],
    )
    stages = ["accepted", 'rejected "for good"\\', "${HOME}"]
    rows = [[f"x'{i}", moment(i + 9), stages[i % 3]] for i in range(90)]
    inferred = infer(leads, None, write(tmp_path / "o.csv", [lead, "at", "#stage"], rows), now=NOW)
    assert (inferred.get("leads", "id"), inferred.get("outcomes", "lead")) == (lead, lead)
    known = loaded(inferred)
    assert {c.name for c in known.columns} == {kind, "😀,é"}


def test_paths_are_written_relative_to_where_the_file_stands(tmp_path: Path) -> None:
    inferred = Inferred((Decision("leads", "path", "data/leads.csv"),))
    assert 'path = "../../data/leads.csv"' in inferred.to_toml(Path.cwd() / "configs" / "crm")
    assert 'path = "data/leads.csv"' in inferred.to_toml(Path.cwd())
    absolute = Inferred((Decision("leads", "path", str(tmp_path / "leads.csv")),))
    assert f'path = "{tmp_path}/leads.csv"' in absolute.to_toml(tmp_path)
