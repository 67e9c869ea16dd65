"""The pages on the command line say what the command line does."""

from __future__ import annotations

import argparse
import re
import shlex

import pytest

from geo.__main__ import parser
from geo.export import FORMATS
from geo.export.rows import COLUMNS
from geo.settings import ROOT

CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EXPORT = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    [action] = [each for each in parser()._actions if isinstance(each, argparse._SubParsersAction)]
    return dict(action.choices)


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name):
    assert f"`{name}`" in CLI
    options = {text for action in commands()[name]._actions for text in action.option_strings if text.startswith("--")}
    assert {option for option in options - {"--help"} if f"`{option}" not in CLI and f" {option}" not in CLI} == set()


def test_every_format_and_column_is_documented():
    assert {name for name in FORMATS if f"| `{name}` |" not in EXPORT} == set()
    assert {name for name in COLUMNS if f"`{name}`" not in EXPORT} == set()


def examples() -> list[str]:
    helps = [command.format_help() for command in commands().values()] + [parser().format_help()]
    blocks = re.findall(r"```sh\n(.*?)```", CLI + EXPORT, re.DOTALL)
    lines = [line for text in helps + blocks for line in text.splitlines()]
    return sorted({line.strip() for line in lines if re.search(r"(^|\| )article-atlas [a-z]", line.strip())})


@pytest.mark.parametrize("example", [line for line in examples() if "FORMAT" not in line and "ARTICLES" not in line])
def test_every_example_is_one_that_the_command_takes(example):
    shell = example.partition("  ")[0].split("| ")  # what follows two spaces explains it
    [call] = [part for part in shell if part.startswith("article-atlas")]
    words = shlex.split(call)[1:]
    stop = next((at for at, word in enumerate(words) if word in ("<", ">")), len(words))
    parser().parse_args(words[:stop])


def test_the_readme_s_commands_are_ones_that_are_taken():
    found = re.findall(r"^python -m geo ([a-z][^#\n]*)", README, re.MULTILINE)
    assert len(found) >= 6
    for call in found:
        parser().parse_args(shlex.split(call))
