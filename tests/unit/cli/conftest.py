"""The command, run in this process against a database of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sip_workflow.cli import main

Sip = Callable[..., Result]


@pytest.fixture
def sip(tmp_path: Path) -> Sip:
    """Runs ``sip`` with some words; ``env`` adds settings. The exit code is checked."""

    def run(*words: str, code: int = 0, **env: str) -> Result:
        settings = {"SIP_MODE": "training", "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/sip.db", **env}
        result = CliRunner().invoke(main, list(words), env=settings, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def ready(sip: Sip) -> Sip:
    """The same, with a database and the training material in it."""
    sip("init")
    sip("load-training")
    return sip


def as_json(result: Result):
    """What a command printed for other programs: nothing else may stand on standard output."""
    return json.loads(result.stdout)
