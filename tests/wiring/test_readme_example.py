"""The example for those who connect a system does what README says, word for word."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from sip_workflow.cli import main
from sip_workflow.settings import read_settings
from sip_workflow.wsgi import create_app

README = (Path(__file__).parents[2] / "README.md").read_text()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    environment = {"SIP_MODE": "training", "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/sip.db"}
    for command in ("init", "load-training"):
        assert CliRunner().invoke(main, [command], env=environment).exit_code == 0
    return environment


@pytest.fixture
def client(environment: dict[str, str]) -> FlaskClient:
    app = create_app(read_settings(environment))
    yield app.test_client()
    app.extensions["sip_workflow"].application.store.close()


def test_an_admission_notice_with_the_clients_key(client: FlaskClient, environment: dict[str, str]) -> None:
    command = re.search(r"^\.venv/bin/sip (clients add .*)$", README, re.MULTILINE)[1]
    token = CliRunner().invoke(main, shlex.split(command), env=environment).stdout.strip()
    path, body = re.search(
        r"^curl http://localhost:8000(\S+) .* -d '(.*?)'$", README, re.MULTILINE | re.DOTALL
    ).groups()
    headers = {"Authorization": f"Bearer {token}"}
    first = client.post(path, json=json.loads(body), headers=headers)
    again = client.post(path, json=json.loads(body), headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["case_id"] == again.json["case_id"]


def test_what_can_be_called_is_described_where_it_says(client: FlaskClient) -> None:
    path = re.search(r"`(/api/v1/openapi\.json)`", README)[1]
    assert client.get(path).json["openapi"].startswith("3.1")
