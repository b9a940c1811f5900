"""A change of a case under way: what those that change it are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import Case
from sip_workflow.store import Transaction

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that changes a case inside a command, asked for by a person or by a diagram."""

    work: CaseWork

    @property
    def tx(self) -> Transaction:
        """The transaction."""
        return self.work.tx

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.work.case

    @property
    def now(self) -> datetime:
        """Aware UTC."""
        return self.work.now

    @property
    def bundle(self) -> Bundle:
        """The case's definitions."""
        return self.work.bundle

    @property
    def guideline(self) -> Mapping[str, Any]:
        """The regional guideline's choices for this case."""
        return self.work.bundle.guidelines[self.case.guideline]

    def send(self, message: Message) -> None:
        """Send a message inside the case."""
        self.work.send(message)
