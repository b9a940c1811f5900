"""What leaves the house: one connector for each kind of effect. Only this room uses the network.

A connector is a callable, built in or from the entry point group ``sip_workflow.connectors``.
It is called outside every transaction, at least once, with a key that stays the same when it
is called again. docs/decisions/0011-effects-and-outbox.md has the reasons.
"""

from sip_workflow.connectors.contract import Connector, Permanent, TryAgain
from sip_workflow.connectors.registry import load_connectors

__all__ = ["Connector", "Permanent", "TryAgain", "load_connectors"]
