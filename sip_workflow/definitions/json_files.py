"""Strict JSON: what one reader takes for one thing, another reader must not take for another.

Repeated keys, numbers that are no numbers, text that cannot be sent on and depths that
break a reader are refused. Key order is kept.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.definitions.names import MAX_FILE_BYTES

MAX_DEPTH = 40
_LARGEST = 2**63


class _RepeatedKeyError(ValueError):
    """An object has a key twice."""


def parse_json(*, file: str, content: bytes) -> Any:
    """The value that a file of JSON holds. Raises ``DefinitionFileError``."""

    def refuse(message: str) -> NoReturn:
        raise DefinitionFileError(file=file, message=message)

    if len(content) > MAX_FILE_BYTES:
        refuse(f"Filen är större än {MAX_FILE_BYTES // 1024} kB.")
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float, parse_int=_integer
        )
    except UnicodeDecodeError:
        refuse("Filen är inte i teckenkodningen UTF-8.")
    except json.JSONDecodeError as error:
        refuse(f"Filen är inte giltig JSON, rad {error.lineno}, tecken {error.colno}.")
    except _RepeatedKeyError as error:
        refuse(f"Nyckeln {error.args[0]!r} står två gånger i samma objekt.")
    except RecursionError:
        refuse(f"Filen är nästlad djupare än {MAX_DEPTH} nivåer.")
    except ValueError:
        # NaN, Infinity, what becomes infinite, and integers that do not fit in 64 bits.
        refuse("Filen innehåller ett tal som inte går att använda.")
    if _depth(value) > MAX_DEPTH:
        refuse(f"Filen är nästlad djupare än {MAX_DEPTH} nivåer.")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        refuse("Filen innehåller ett halvt tecken (ensamt surrogat).")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise _RepeatedKeyError(key)
        value[key] = item
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _integer(text: str) -> int:
    value = int(text)
    return value if -_LARGEST <= value < _LARGEST else _no_number(text)


def _depth(value: Any) -> int:
    """How deep lists and objects are nested; level by level, as the value may be deeper than the stack."""
    level, depth = [value], 0
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth
