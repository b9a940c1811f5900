"""Which connector does which effect."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from sip_workflow import plugins
from sip_workflow.connectors import Connector, load_connectors
from sip_workflow.connectors.registry import BUILT_IN


def submit(*, payload, key, settings):
    return {"key": key}


NOT_CALLABLE = "nothing"


@pytest.fixture
def installed(monkeypatch):
    """Entry points as installed packages would bring them."""

    def install(**names: str) -> None:
        points = EntryPoints(
            EntryPoint(name=name.replace("__", "."), value=f"{__name__}:{value}", group=plugins.CONNECTORS)
            for name, value in names.items()
        )
        monkeypatch.setattr(plugins, "entry_points", lambda *, group: points.select(group=group))

    return install


def test_the_built_in_ones():
    assert set(load_connectors()) >= {"mail"}
    assert all(isinstance(connector, Connector) for connector in BUILT_IN.values())


def test_a_plug_in_adds_an_effect(installed):
    installed(deviation__submit="submit")
    found = load_connectors()
    assert found["deviation.submit"](payload={}, key="k", settings=None) == {"key": "k"}
    assert found["mail"] is BUILT_IN["mail"]


def test_a_plug_in_takes_the_place_of_a_built_in_one(installed):
    installed(mail="submit")
    assert load_connectors()["mail"](payload={}, key="k", settings=None) == {"key": "k"}


@pytest.mark.parametrize("value", ["NOT_CALLABLE", "missing"])
def test_a_plug_in_that_cannot_be_used_is_named(installed, value):
    installed(deviation__submit=value)
    with pytest.raises(plugins.PluginError, match=r"deviation\.submit"):
        load_connectors()


@pytest.mark.parametrize("text", ["raise RuntimeError('no licence')", "1 / 0", "def ("])
def test_a_plug_in_that_fails_while_it_loads_is_named(installed, monkeypatch, tmp_path, text):
    (tmp_path / "failing_plug_in.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "failing_plug_in", raising=False)
    point = EntryPoint(name="deviation.submit", value="failing_plug_in:run", group=plugins.CONNECTORS)
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: EntryPoints([point]))
    with pytest.raises(plugins.PluginError, match=r"deviation\.submit") as refused:
        load_connectors()
    assert type(refused.value.__cause__).__name__ in str(refused.value)


def test_the_registry_is_not_changed_by_those_who_read_it():
    with pytest.raises(TypeError):
        load_connectors()["mail"] = submit
