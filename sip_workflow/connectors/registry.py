"""Which connector does which effect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sip_workflow import plugins
from sip_workflow.connectors.contract import Connector
from sip_workflow.connectors.mail import send

BUILT_IN: Mapping[str, Connector] = MappingProxyType({"mail": send})


def load_connectors() -> Mapping[str, Connector]:
    """The connectors by effect: the built-in ones and those of installed plug-ins.

    A plug-in with a built-in effect's name takes its place: so a region sends its mail by its own
    message service. Raises ``PluginError`` for a plug-in that can't be used.
    """
    found = dict(BUILT_IN)
    for plugin in plugins.installed(group=plugins.CONNECTORS):
        if not isinstance(plugin.value, Connector):
            raise plugins.PluginError(group=plugin.group, name=plugin.name, reason="den går inte att anropa")
        found[plugin.name] = plugin.value
    return MappingProxyType(found)
