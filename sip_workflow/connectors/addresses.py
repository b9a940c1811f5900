"""Which addresses mail is sent to."""

from __future__ import annotations

import re

# What a functional mailbox's address looks like: no display name, no quotes, no comments, ASCII only.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", re.ASCII
)


def is_address(text: str) -> bool:
    """Whether the text is one plain e-mail address, and nothing that a header or a calendar could misread."""
    local = text.partition("@")[0]
    dots_are_inside = not local.startswith(".") and not local.endswith(".") and ".." not in text
    return _ADDRESS.fullmatch(text) is not None and dots_are_inside
