"""How ids are made: random, so that nothing can be read from them or guessed."""

from __future__ import annotations

import secrets

# Crockford's base 32 without the letters that are misread over a telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A new opaque id: 22 characters, 128 bits."""
    return secrets.token_urlsafe(16)


def new_case_number() -> str:
    """A case number for people, ``SIP-XXXX-XXXX`` (39 bits; the database refuses a repeat)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"SIP-{letters[:4]}-{letters[4:]}"
