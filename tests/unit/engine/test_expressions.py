"""Expressions: what they may say, and a collection of attempts to say more."""

# ruff: noqa: RUF001  look-alike letters are among the attempts

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.engine.expressions import MAX_CHARACTERS, ExpressionError, compiled

DATA = {"a": {"k": "v", "n": 3, "list": ["x", "y"]}, "yes": True, "nothing": None, "number": 4}
INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


def value(text: str) -> Any:
    return compiled(text).run(DATA, lambda kind, level: (INSTANT, kind, level))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a['k'] == 'v'", True),
        ("a['k'] != 'v'", False),
        ("a['list'][0]", "x"),
        ("a['list'][-1]", "y"),
        ("a['k'] in ['u', 'v']", True),
        ("a['k'] not in ['u', 'v']", False),
        ("'k' in a", True),
        ("1 < number < 6", True),
        ("6 < number < 1", False),
        ("number >= 4 and number <= 4", True),
        ("not yes", False),
        ("nothing == None", True),
        ("yes and a['k']", "v"),
        ("nothing or 'default'", "default"),
        ("yes and yes and nothing", None),
        ("nothing or False or 0", 0),
        ("len(a['list']) == 2", True),
        ("{'id': a['k'], 'all': [1, -2.5, None]}", {"id": "v", "all": [1, -2.5, None]}),
        ("[]", []),
        ("{}", {}),
        ("deadline('kind', 'level')", (INSTANT, "kind", "level")),
        ("deadline('kind')", (INSTANT, "kind", None)),
        ("deadline(a['k'])", (INSTANT, "v", None)),
        ("  a['k']\n == 'v'  ", True),
        ("'åäö' == 'åäö'", True),
        ("-9223372036854775807", -9223372036854775807),
    ],
)
def test_what_an_expression_may_say(text: str, expected: object) -> None:
    assert value(text) == expected


ATTACKS = [
    # attributes and what hides behind them
    "a.k",
    "''.join",
    "a['k'].upper()",
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__.__mro__[1].__subclasses__()",
    "[].__class__.__base__",
    "a.__class__",
    "a.__init__.__globals__['os']",
    "deadline.__globals__['sys']",
    "len.__self__",
    "len.__call__",
    "(lambda: 0).__code__",
    "[x for x in [].__class__.__base__.__subclasses__()]",
    "'{0.__class__}'.format(a)",
    "'%s' % a",
    "f'{a}'",
    "f'{a.__class__!r:>{number}}'",
    # names that are not the case's
    "__import__('os').system('true')",
    "__builtins__",
    "__builtins__['eval']('1')",
    "_private",
    "__name__",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(a, 'k')",
    "globals()",
    "locals()['a']",
    "vars(a)",
    "type(a)",
    "breakpoint()",
    "print(a)",
    "str(a)",
    "sum([1])",
    "range(10)",
    "len",
    "deadline",
    "[len]",
    "len == deadline",
    "len()",
    "len(a, a)",
    "len(*a)",
    "len(**a)",
    "len(obj=a)",
    "deadline()",
    "deadline('a', 'b', 'c')",
    "deadline(kind='a')",
    "deadline(*['a'])",
    "len('a')('b')",
    "a['k']('x')",
    "(deadline or len)('x')",
    # comprehensions, functions, assignment
    "[x for x in a]",
    "{x for x in a}",
    "{x: x for x in a}",
    "(x for x in a)",
    "[a for b in [1] for c in [2]]",
    "lambda: 1",
    "(lambda x: x)(1)",
    "(x := 5)",
    "(a := {})",
    "[y := 1, y]",
    "x = 5",
    "a['k'] = 'x'",
    "del a",
    "import os",
    "a; a",
    "yield a",
    "(yield)",
    "await a",
    "assert a",
    "return a",
    # arithmetic bombs and odd operators
    "9**9**9",
    "2**10**10",
    "number * 1000",
    "'x' * 10**9",
    "[0] * 10**9",
    "1 + 1",
    "1 - 1",
    "1 / 0",
    "1 // 0",
    "1 % 0",
    "1 << 1000000000",
    "1 @ 1",
    "1 | 2",
    "1 & 2",
    "1 ^ 2",
    "~1",
    "+1",
    "--1",
    "-number",
    "-True",
    "1 if yes else 2",
    "1" + "0" * 19,
    "-" + "9" * 300,
    "1e999",
    "-1e999",
    "1j",
    "b'bytes'",
    "...",
    "Ellipsis.x",
    # strange subscripts
    "a[a]",
    "a[number]",
    "a['k':'l']",
    "a[:]",
    "a[1:2]",
    "a[1, 2]",
    "a[len(a)]",
    "a[True]",
    "a[None]",
    "a[1.5]",
    "a[-True]",
    "a[['k']]",
    "a[*a]",
    "a[(x := 1)]",
    "[1, 2][0]",
    "{'a': 1}['a']",
    "'abc'[0]",
    "(a or yes)['k']",
    "len(a)[0]",
    # starred and unpacked
    "[*a]",
    "*a",
    "{**a}",
    "{*a}",
    "{'k': 1, **a}",
    "{1: 2}",
    "{None: 2}",
    "{a: 2}",
    "{1, 2}",
    "(1, 2)",
    "()",
    "a is None",
    "a is not None",
    # look-alikes, escapes, hidden characters
    "ｌｅｎ(a)",
    "ｄｅａｄｌｉｎｅ('x')",
    "ａ['k']",
    "𝒂['k']",
    "а['k']",  # a Cyrillic letter
    "ﬁ",
    "'\\x41'",
    "'\\N{DIGIT ONE}'",
    "a\\\n['k']",
    "a['k'] # == 'v'\n or 1)",
    "a\x00",
    "'\x00'\x00",
    # nothing, too much, too deep
    "",
    "   ",
    "#",
    "'",
    "'" + "x" * MAX_CHARACTERS + "'",
    "(" * 240 + "1" + ")" * 240,
    "[" * 240 + "]" * 240,
    "not " * 100 + "yes",
    "a" + "['k']" * 90,
    "len(" * 100 + "a" + ")" * 100,
    "{'a':" * 60 + "1" + "}" * 60,
    "a" + ".k" * 200,
    "-" * 490 + "1",
    "(" * 499,
]


def test_there_are_attempts_enough() -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) >= 60


@pytest.mark.parametrize("text", ATTACKS)
def test_what_an_expression_may_not_say(text: str) -> None:
    with pytest.raises(ExpressionError):
        compiled(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("missing", "missing has no value yet"),
        ("a['missing']", "there is no 'missing'"),
        ("a['list'][9]", "there is no 9"),
        ("nothing['k']", "there is no 'k'"),
        ("number['k']", "there is no 'k'"),
        ("a['list']['k']", "there is no 'k'"),
    ],
)
def test_what_is_not_there_is_named_by_the_diagrams_own_words(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        value(text)


def test_a_text_is_read_once() -> None:
    assert compiled("a['once'] == 1") is compiled("a['once'] == 1")


def test_what_it_reads_and_which_deadline_it_is() -> None:
    assert compiled("a['k'] == b and len(c)").names == {"a", "b", "c"}
    assert compiled("deadline('kind')").deadline == ("kind", None)
    assert compiled("deadline('kind', 'level')").deadline == ("kind", "level")
    assert compiled("deadline(a['k'])").deadline is None
    assert compiled("a").deadline is None


def test_a_built_list_is_new_each_time() -> None:
    first, second = value("[1]"), value("[1]")
    assert first == second
    assert first is not second


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert compiled(text).text


WORDS = ["a", "['k']", "(", ")", "[", "]", "{", "}", "'x'", ":", ",", "1", "-", "not ", " and ", " in ", "=="]
WORDS += [
    ".",
    "lambda",
    "len",
    "deadline",
    "*",
    "**",
    "f'",
    "'",
    " if ",
    " else ",
    " for ",
    ":=",
    "__class__",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_no_mixture_of_words_does_more_than_read(text: str) -> None:
    before = repr(DATA)
    # A TypeError is what cannot be compared, counted or contained.
    with contextlib.suppress(ExpressionError, TypeError):
        value(text)
    assert repr(DATA) == before
