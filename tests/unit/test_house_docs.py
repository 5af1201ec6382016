"""Generated pages say what the code says, and no page links to one that is not there."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from ground.imports import ROOT

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_generated_page_is_stale(build: ModuleType):
    for path, text in build.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make docs`"


def test_the_configuration_reference_tells_every_key_of_every_section_and_what_it_means(build: ModuleType):
    from mqlgate.config import SECTIONS

    page = build.configuration()
    assert {"leads", "lookups", "activities", "history", "outcomes", "features", "train", "tracking"} <= set(SECTIONS)
    for name, registered in SECTIONS.items():
        part = page.split(f"[{name}]", 1)[1].split("\n## ", 1)[0]
        for key, field in registered.kind.model_fields.items():
            assert f"| `{field.alias or key}` |" in part
            assert field.description, f"[{name}] {key} has no description"


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_link_to_a_file_of_the_repository_leads_somewhere(page: Path):
    targets = [page.parent / link for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [str(target) for target in targets if not target.exists()] == []
