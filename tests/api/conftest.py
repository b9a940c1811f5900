"""The API over a real database: scenes that are played once, and copied for each test.

One application lives for the whole run; between tests its database file is put back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from sip_workflow.api import NAME, OPERATIONS, UNKNOWN, openapi
from sip_workflow.api.validation import Schemas
from sip_workflow.store import Transaction
from tests.support.world import Json, World, open_application

OWN = "SE2120009901-1001"
"""The municipality's social services: they start the case and coordinate it."""
INVITED = "SE2120009901-1003"
OUTPATIENT = "SE2321009900-1001"
WARD = "SE2321009900-2001"
OTHER_WARD = "SE2321009900-2002"
OTHER = "SE2120009902-1001"
"""A unit that has nothing to do with any of it."""

ANNA = "anna.ekbacka"
PERSON = {
    "id_type": "personnummer",
    "id": "19420317-9801",
    "name": "Tage Provgren",
    "municipality": "Ekbacka",
}
NOTICE = {
    "external_id": "stay-1",
    "hospital_unit": WARD,
    "person": PERSON,
    "admitted_at": "2027-02-01T08:00:00+01:00",
    "planned_discharge_at": "2027-02-08T12:00:00+01:00",
    "needs": ["municipal_social_services", "regional_care"],
}
READY = {"type": "ready_for_discharge", "at": "2027-02-01T08:30:00+01:00"}


BY_NAME = {operation.name: operation for operation in OPERATIONS}
SCHEMAS = Schemas(openapi.document(OPERATIONS))


class CheckedClient(FlaskClient):
    """Every answer has a status that the document names, and a body that fits what it says."""

    def open(self, *args: Any, **more: Any) -> Any:
        response = super().open(*args, **more)
        adapter = self.application.url_map.bind("localhost")
        endpoint, _ = adapter.match(response.request.path, method=response.request.method)
        if endpoint.startswith(f"{NAME}.") and endpoint != f"{NAME}.{UNKNOWN}":
            operation = BY_NAME[endpoint.removeprefix(f"{NAME}.")]
            described = openapi.described(operation)["responses"][str(response.status_code)]
            schema = described["content"][response.mimetype]["schema"]["$ref"].rpartition("/")[2]
            assert list(SCHEMAS.errors(response.get_json(), name=schema)) == []
        return response


@dataclass
class Stage:
    """A world, the ids of its scene, and a look at all its tables."""

    world: World
    case: str = ""
    stay: str = "stay-1"
    stay_case: str = ""
    client: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.world.application.store.read() as tx:
            names = [name for name, kept in vars(Transaction).items() if hasattr(kept, "record")]
            return {name: sorted(getattr(tx, name).find(), key=repr) for name in names}

    def problem(
        self,
        method: str,
        path: str,
        *,
        as_: str | None = ANNA,
        status: int,
        headers: Json | None = None,
        **more: Any,
    ) -> Json:
        """Call, demand a problem of that status, in Swedish, and that nothing has changed."""
        before = self.dump()
        headers = dict(headers or {})
        if as_ is not None:
            headers["Authorization"] = f"Bearer {self.token(as_)}"
        response = self.world.client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True))
        assert response.mimetype == "application/problem+json"
        body: Json = response.get_json()
        assert body["status"] == status
        assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
        assert body["title"]
        assert body["detail"]
        assert self.dump() == before
        return body

    def instance(self) -> str:
        """The id of the case's own process."""
        with self.world.application.store.read() as tx:
            return tx.instances.find_one(case_id=self.case, process_id="sip").id

    def token(self, who: str) -> str:
        """A bearer token of a user, or the token itself."""
        return who if who.startswith("sip_") else self.world.application.register.token_of_user(username=who)


def started(stage: Stage) -> None:
    """A case whose consent is still to be asked for, and a stay whose notice has come in."""
    world = stage.world
    stage.client = world.application.register.add_client(
        name="journal", unit_id=WARD, scopes=["discharges"], now=world.now()
    )
    body = {"person": PERSON, "initiating_unit": OWN}
    stage.case = world.post("/cases", body, as_=ANNA, expect=201)["id"]
    world.do(stage.case, "need")
    stage.stay_case = world.post("/discharges", NOTICE, as_=stage.client, expect=201)["case_id"]
    stage.ids["consent"] = world.open_tasks(stage.case, "consent")[0].id


def invited(stage: Stage) -> None:
    """Consent is given, and two units have their invitations."""
    started(stage)
    for element in ("consent", "preparation", "invitation_review"):
        stage.world.do(stage.case, element)
    tasks = stage.world.open_tasks(stage.case, "acknowledge")
    stage.ids["acknowledge"] = next(task.id for task in tasks if task.unit_id == INVITED)


def withdrawn(stage: Stage) -> None:
    """The person has taken the consent back."""
    invited(stage)
    stage.world.post(f"/cases/{stage.case}/messages", {"name": "consent_withdrawn"}, as_=ANNA)


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Stage]]:
    """Call with a scene's name: the stage as it was when the scene had been played."""
    folder = tmp_path_factory.mktemp("api")
    stages: dict[str, Stage] = {}
    live = folder / "live.db"
    world = World(open_application(f"sqlite:///{live}"))
    world.client.application.test_client_class = CheckedClient
    world.client = world.client.application.test_client()
    scenes = {"ready": lambda _: None, "started": started, "invited": invited, "withdrawn": withdrawn}

    def put(source: Path, target: Path) -> None:
        world.application.store.close()  # the last connection folds the write-ahead log into the file
        for leftover in folder.glob(f"{target.name}-*"):
            leftover.unlink()
        shutil.copy(source, target)

    put(live, folder / "empty.db")

    def played(name: str) -> Stage:
        if name not in stages:
            put(folder / "empty.db", live)
            stage = Stage(world)
            scenes[name](stage)
            put(live, folder / f"{name}.db")
            stages[name] = stage
        put(folder / f"{name}.db", live)
        return stages[name]

    yield played
    world.application.store.close()


@pytest.fixture
def ready(play: Callable[[str], Stage]) -> Stage:
    """Definitions and training material, nothing else."""
    return play("ready")


@pytest.fixture
def stage(play: Callable[[str], Stage]) -> Stage:
    """A case within consent, two invitations, and a stay."""
    return play("invited")


@pytest.fixture
def before_consent(play: Callable[[str], Stage]) -> Stage:
    """A case before consent, and a stay."""
    return play("started")
