"""What every use case needs, wired once by bootstrap: store, engine, definitions, time zone.

Holds no state of a case. Bundles and deadline rules are cached by content hash, so a
command parses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sip_workflow.definitions import open_bundle
from sip_workflow.domain.deadlines import DeadlineRule, rule_from_rows
from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine import Engine
from sip_workflow.store import Store, Transaction

IN_FORCE = "bundle_in_force"

_OUTER: ContextVar[Transaction | None] = ContextVar("outer_transaction", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The parts that use cases share. ``training`` opens examples, clock and training login."""

    store: Store
    engine: Engine
    zone: ZoneInfo
    training: bool
    base_url: str
    _bundles: dict[str, Bundle] = field(default_factory=dict)
    _rules: dict[tuple[str, str, str], DeadlineRule] = field(default_factory=dict)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A write transaction; inside another one of the same call it is a part of that one."""
        outer = _OUTER.get()
        if outer is not None:
            yield outer
            return
        with self.store.write() as tx:
            token = _OUTER.set(tx)
            try:
                yield tx
            finally:
                _OUTER.reset(token)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A read transaction; inside a write transaction it sees what that one has written."""
        outer = _OUTER.get()
        if outer is not None:
            yield outer
            return
        with self.store.read() as tx:
            yield tx

    @property
    def inside_another(self) -> bool:
        """Whether a transaction is under way, so that its owner decides what a failure leads to."""
        return _OUTER.get() is not None

    def bundle(self, tx: Transaction, *, bundle_hash: str) -> Bundle:
        """The bundle by its hash, from the cache or from the table."""
        bundle = self._bundles.get(bundle_hash)
        if bundle is None:
            bundle = open_bundle(content=tx.bundles.get(bundle_hash).content)
            self.remember(bundle=bundle)
        return bundle

    def remember(self, *, bundle: Bundle) -> None:
        """Parse a bundle once, so that later commands find it ready. Raises ``DefinitionError``."""
        self.engine.load(bundle)
        self._bundles[bundle.hash] = bundle

    def bundle_in_force(self, tx: Transaction) -> Bundle:
        """The bundle that new cases get."""
        return self.bundle(tx, bundle_hash=tx.settings.get(IN_FORCE).value)

    def default_guideline(self, bundle: Bundle) -> str:
        """The guideline of cases that name none: the one that the owner has marked."""
        return next(code for code, choices in bundle.guidelines.items() if choices.get("default"))

    def warm(self) -> None:
        """Read and parse the bundle in force now, so that the first person need not wait for it."""
        with self.read() as tx:
            if tx.settings.find_one(id=IN_FORCE) is not None:
                self.bundle_in_force(tx)

    def rule(self, *, bundle: Bundle, kind: str, guideline: str) -> DeadlineRule:
        """The deadline rule of a kind under a guideline, read once from the bundle's tables."""
        key = (bundle.hash, kind, guideline)
        rule = self._rules.get(key)
        if rule is None:
            asked = {"kind": kind, "guideline": guideline}
            rule = rule_from_rows(
                kind,
                deadline_rows=self.engine.decide(bundle=bundle, decision="deadlines", inputs=asked),
                level_rows=self.engine.decide(bundle=bundle, decision="escalation_levels", inputs=asked),
            )
            self._rules[key] = rule
        return rule
