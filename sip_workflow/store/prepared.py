"""Statements as the driver takes them: SQLAlchemy writes the text once, the driver runs it.

A statement is compiled when it is first run on a database, together with the functions of
its types that take values in and out; after that a run costs the driver's own time, the
functions, and little else. (Through ``Connection.execute`` the ten short statements of a
command cost four times the driver's time; through this, about twice.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType, TypeEngine

T = TypeVar("T")

Parameters = Mapping[str, Any]
Process = Callable[[Any], Any]


class Statement(Generic[T]):
    """A statement whose rows become records, or single values when ``record`` is None.

    ``about`` is what an error says it was about, a table's name. ``columns`` are those that an
    INSERT or UPDATE sets from parameters of the same names; ``gives`` the types of the columns
    that come back.
    """

    def __init__(
        self,
        construct: ClauseElement,
        *,
        about: str,
        columns: Sequence[str] | None = None,
        gives: Sequence[TypeEngine[Any]] = (),
        record: type[T] | None = None,
    ) -> None:
        self.about = about
        self._construct = construct
        self._columns = None if columns is None else list(columns)
        self._gives = gives
        self._record = record
        self._prepared: dict[str, Prepared[T]] = {}

    def prepared(self, dialect: Dialect) -> Prepared[T]:
        """The statement for a database."""
        known = self._prepared.get(dialect.name)
        if known is None:
            known = self._prepared[dialect.name] = self._prepare(dialect)
        return known

    def _prepare(self, dialect: Dialect) -> Prepared[T]:
        compiled = self._construct.compile(dialect=dialect, column_keys=self._columns)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only statements that read or change rows are prepared")
        taken = compiled.positiontup if compiled.positional else list(compiled.bind_names.values())
        untyped = [name for name, bind in compiled.binds.items() if isinstance(bind.type, NullType)]
        if untyped:
            # Its values would go in as they are: a naive time unnoticed, for one.
            raise TypeError(f"{self.about}: parameters without a type: {', '.join(untyped)}")
        binds = tuple(
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in taken or ()
        )
        read = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in self._gives]
        return Prepared(
            text=compiled.string,
            positional=compiled.positional,
            binds=binds,
            constants={
                name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
            },
            make=_one(read) if self._record is None else _each(self._record, read),
        )


class Prepared(Generic[T]):
    """A statement for one database."""

    __slots__ = ("_binds", "_constants", "_positional", "make", "text")

    def __init__(
        self,
        *,
        text: str,
        positional: bool,
        binds: tuple[tuple[str, Process | None], ...],
        constants: Parameters,
        make: Callable[[Sequence[Any]], T],
    ) -> None:
        self.text = text
        self.make = make
        self._positional = positional
        self._binds = binds
        self._constants = constants

    def bind(self, parameters: Parameters) -> Any:
        """The parameters as the driver takes them. Raises ``KeyError`` when one is missing."""
        if self._constants:
            parameters = {**self._constants, **parameters}
        if self._positional:
            return [
                parameters[name] if process is None else process(parameters[name])
                for name, process in self._binds
            ]
        return {
            name: parameters[name] if process is None else process(parameters[name])
            for name, process in self._binds
        }


def _one(read: Sequence[Process | None]) -> Callable[[Sequence[Any]], Any]:
    """Rows of one column become its values."""
    process = read[0] if read else None

    def make(row: Sequence[Any]) -> Any:
        value = row[0]
        return value if process is None or value is None else process(value)

    return make


def _each(record: type[T], read: Sequence[Process | None]) -> Callable[[Sequence[Any]], T]:
    """Rows become records, whose fields are the columns in their order."""
    names = tuple(field.name for field in fields(record))  # type: ignore[arg-type]
    processes = [(name, process) for name, process in zip(names, read, strict=True) if process is not None]

    def make(row: Sequence[Any]) -> T:
        values = dict(zip(names, row, strict=True))
        for name, process in processes:
            value = values[name]
            if value is not None:
                values[name] = process(value)
        return record(**values)

    return make
