"""The running system as a process: it says where it is, answers, and ends politely."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SIP = (sys.executable, "-c", "from sip_workflow.cli import main; main()")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {
        "SIP_MODE": "training",
        "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/sip.db",
        "PYTHONPATH": str(ROOT),
    }
    environment = {**os.environ, **own}
    subprocess.run([*SIP, "init"], env=environment, check=True, capture_output=True, timeout=60)
    return environment


@contextmanager
def running(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([*SIP, *words], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    for line in process.stderr:
        if match := re.search(r"SIP Workflow: (http://\S+)", line):
            return match[1]
    raise AssertionError(process.wait())


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=30)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "web"])
def test_it_answers_and_ends_politely(environment: dict[str, str], command: str) -> None:
    with running(environment, command, "--port", "0") as process:
        with urllib.request.urlopen(f"{address(process)}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert ended(process) == 0


@pytest.mark.slow
def test_it_can_prepare_its_own_database(environment: dict[str, str], tmp_path: Path) -> None:
    own = {**environment, "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    with running(own, "serve", "--init", "--port", "0") as process:
        address(process)
        assert ended(process) == 0
    users = subprocess.run([*SIP, "users"], env=own, check=True, capture_output=True, text=True, timeout=60)
    assert "anna.ekbacka" in users.stdout


@pytest.mark.slow
def test_the_worker_alone_ends_politely(environment: dict[str, str]) -> None:
    with running({**environment, "PYTHONUNBUFFERED": "1"}, "worker") as process:
        assert "Arbetaren" in process.stderr.readline()
        assert ended(process) == 0


@pytest.mark.slow
def test_a_port_that_is_taken_is_said(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*SIP, "web", "--port", port], env=environment, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
