"""Settings, commands and options are compared with the pages that document them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from web.cli import main
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
FILES = (ROOT / "docs" / "files.md").read_text()
EVERYTHING = "\n".join(page.read_text() for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])


@pytest.mark.parametrize("name", [f"DAYBOOK_{field.name.upper()}" for field in fields(Settings)])
def test_every_setting_is_documented(name: str):
    assert f"`{name}`" in OPERATIONS


def test_no_setting_is_documented_that_does_not_exist():
    known = {f"DAYBOOK_{field.name.upper()}" for field in fields(Settings)}
    assert set(re.findall(r"DAYBOOK_[A-Z_0-9]+", OPERATIONS)) <= known


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_named_in_the_documentation_and_has_help(name: str):
    command = main.commands[name]
    assert command.get_short_help_str()
    assert f"daybook {name}" in EVERYTHING or f"make {name}" in EVERYTHING


def test_every_import_has_its_section():
    imports = main.commands["import"]
    assert isinstance(imports, click.Group)
    missing = [name for name in imports.commands if f"## `daybook import {name} " not in FILES]
    assert missing == []
