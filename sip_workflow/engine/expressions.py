"""Expressions of diagrams and decision tables: an allow-list over the syntax tree.

Allowed are names, constants, comparisons, ``and``/``or``/``not``, ``in``, subscripts with
constants, lists, dictionaries with constant keys, and calls of ``deadline`` and ``len``.
Everything else is refused when the definition is loaded. An allowed tree is turned into
closures once and kept; ``eval`` is not used, so there is nothing to escape from, and no
expression can change the data that it reads.

Limits: 500 characters, 20 levels, integers of 64 bits, finite numbers, ASCII outside strings.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sip_workflow.engine import closures
from sip_workflow.engine.closures import Deadlines, Run

MAX_CHARACTERS = 500
MAX_LEVELS = 20
MAX_INTEGER = 2**63 - 1

COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
FUNCTIONS = {"deadline": (1, 2), "len": (1, 1)}


class ExpressionError(ValueError):
    """An expression is not allowed, or cannot be answered with the data at hand.

    The text names parts of the expression, never values of the data.
    """


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, ready to be asked.

    ``names`` are the variables that it reads, ``calls`` the functions; ``deadline`` is
    (kind, level) when the whole expression is one call of ``deadline`` with constants.
    """

    text: str
    run: Run
    names: frozenset[str]
    calls: frozenset[str]
    deadline: tuple[str, str | None] | None


@lru_cache(maxsize=8192)
def compiled(text: str) -> Expression:
    """Checks an expression and makes it ready; the same text is done once.

    Raises:
        ExpressionError: it is empty, too long, not an expression, or holds something that is not allowed.
    """
    # An attribute of XML may have been broken over lines; a string constant never holds a line break.
    source = re.sub(r"[\t\r\n]+", " ", text).strip()
    if not source:
        raise ExpressionError("the expression is empty")
    if len(source) > MAX_CHARACTERS:
        raise ExpressionError(f"the expression is longer than {MAX_CHARACTERS} characters")
    if "\\" in source:
        raise ExpressionError("a backslash is not allowed")
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{source!r} is not an expression") from None
    if source.count("#") != sum(_hashes(node) for node in ast.walk(tree)):
        # Line breaks were folded: a remark would swallow what stood on the next line.
        raise ExpressionError(f"{source!r}: a remark is not allowed")
    builder = _Builder(source)
    run = builder.build(tree.body, 1)
    return Expression(
        text=source,
        run=run,
        names=frozenset(builder.names),
        calls=frozenset(builder.calls),
        deadline=_deadline(tree.body),
    )


def _hashes(node: ast.AST) -> int:
    return node.value.count("#") if isinstance(node, ast.Constant) and isinstance(node.value, str) else 0


def _deadline(node: ast.expr) -> tuple[str, str | None] | None:
    match node:
        case ast.Call(func=ast.Name(id="deadline"), args=[ast.Constant(value=str(kind))]):
            return kind, None
        case ast.Call(
            func=ast.Name(id="deadline"), args=[ast.Constant(value=str(kind)), ast.Constant(value=str(level))]
        ):
            return kind, level
    return None


class _Builder:
    """Turns one syntax tree into closures, and refuses what is not on the list."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: set[str] = set()
        self.calls: set[str] = set()

    def build(self, node: ast.expr, level: int) -> Run:
        if level > MAX_LEVELS:
            raise ExpressionError(f"{self.source!r} is nested deeper than {MAX_LEVELS} levels")
        match node:
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
                not isinstance(value, bool)
            ):
                return self.constant(-value)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return closures.not_(self.build(operand, level + 1))
            case ast.BoolOp(op=op, values=values):
                runs = tuple(self.build(value, level + 1) for value in values)
                return closures.and_(runs) if isinstance(op, ast.And) else closures.or_(runs)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self.comparison([left, *comparators], ops, level)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.Subscript(value=ast.Name() | ast.Subscript() as value, slice=key):
                return self.subscript(value, key, level)
            case ast.List(elts=elements):
                return closures.all_of(tuple(self.build(element, level + 1) for element in elements))
            case ast.Dict(keys=keys, values=values):
                return self.dictionary(keys, values, level)
            case ast.Call(func=ast.Name(id=name) as function, args=arguments, keywords=[]) if (
                name in FUNCTIONS
            ):
                return self.call(function, name, arguments, level)
        raise ExpressionError(f"{self.source!r}: {type(node).__name__} is not allowed")

    def constant(self, value: object) -> Run:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
            raise ExpressionError("an integer of more than 64 bits is not allowed")
        if isinstance(value, float) and not math.isfinite(value):
            raise ExpressionError("a number that is not finite is not allowed")
        if value is not None and not isinstance(value, str | int | float):
            raise ExpressionError(
                f"{self.source!r}: a constant of type {type(value).__name__} is not allowed"
            )
        return lambda data, deadline: value

    def written(self, node: ast.Name) -> str:
        """The name after a check that it stands there as it is: Python folds look-alike letters."""
        there = self.source.encode()[node.col_offset : node.end_col_offset]
        if there != node.id.encode() or not node.id.isascii() or node.id.startswith("_"):
            raise ExpressionError(f"{self.source!r}: the name {there.decode()!r} is not allowed")
        return node.id

    def name(self, node: ast.Name, name: str) -> Run:
        self.written(node)
        if name in FUNCTIONS:
            raise ExpressionError(f"{self.source!r}: {name} must be called")
        self.names.add(name)

        def run(data: Mapping[str, Any], deadline: Deadlines) -> Any:
            try:
                return data[name]
            except KeyError:
                raise ExpressionError(f"{name} has no value yet") from None

        return run

    def comparison(self, operands: list[ast.expr], ops: list[ast.cmpop], level: int) -> Run:
        for op in ops:
            if type(op) not in COMPARISONS:
                raise ExpressionError(f"{self.source!r}: {type(op).__name__} is not allowed")
        runs = tuple(self.build(operand, level + 1) for operand in operands)
        return closures.compare(
            runs[0], tuple(zip((COMPARISONS[type(op)] for op in ops), runs[1:], strict=True))
        )

    def subscript(self, value: ast.expr, key: ast.expr, level: int) -> Run:
        match key:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)) if not isinstance(
                number, bool
            ):
                constant: str | int = -number
            case ast.Constant(value=str() | int() as constant):
                pass
            case _:
                raise ExpressionError(f"{self.source!r}: a subscript must be a constant")
        if isinstance(constant, bool):
            raise ExpressionError(f"{self.source!r}: a subscript must be a text or a whole number")
        run = self.build(value, level + 1)

        def subscript(data: Mapping[str, Any], deadline: Deadlines) -> Any:
            try:
                return run(data, deadline)[constant]
            except (KeyError, IndexError, TypeError):
                raise ExpressionError(f"{self.source!r}: there is no {constant!r}") from None

        return subscript

    def dictionary(self, keys: list[ast.expr | None], values: list[ast.expr], level: int) -> Run:
        names: list[str] = []
        for key in keys:
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                raise ExpressionError(f"{self.source!r}: a key of a dictionary must be a string")
            names.append(key.value)
        runs = tuple(zip(names, (self.build(value, level + 1) for value in values), strict=True))
        return lambda data, deadline: {name: run(data, deadline) for name, run in runs}

    def call(self, function: ast.Name, name: str, arguments: list[ast.expr], level: int) -> Run:
        self.written(function)
        self.calls.add(name)
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise ExpressionError(f"{self.source!r}: {name} takes {least} to {most} arguments")
        runs = tuple(self.build(argument, level + 1) for argument in arguments)
        if name == "len":
            return lambda data, deadline: len(runs[0](data, deadline))
        if len(runs) == 1:
            return lambda data, deadline: deadline(runs[0](data, deadline), None)
        return lambda data, deadline: deadline(runs[0](data, deadline), runs[1](data, deadline))
