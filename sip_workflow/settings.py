"""The settings, read from the environment once, at the start.

Training mode has a working default for everything. Production refuses to start on a
missing or weak setting and says which ones, all at once. Values that may hold a password
are kept out of ``repr``, so that a log line or a traceback never shows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TRAINING = "training"
PRODUCTION = "production"

# In training everybody may log in as anybody and all persons are made up: nothing to protect.
_TRAINING_KEY = "training-mode-only-not-a-secret-training-mode-only"
_KEY_LENGTH = 32
_KEY_VARIETY = 10
_DEFAULT_BASE_URL = "http://localhost:8000"

# A name or an IPv4 address as it may stand after the @ of an e-mail address: letters, digits and hyphens.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*", re.ASCII)
# What a functional mailbox is called: no display name, no quotes, no comments, ASCII only.
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
# user:password@host:port/name?more, read as strictly as the database's driver reads it: a sign in the
# password that is not escaped would move its end into the port, and from there into an error's text.
_POSTGRESQL = re.compile(
    r"(?:[^:/@?#\s]*(?::[^@\s]*)?@)?(?:\[[0-9A-Fa-f:.]+\]|[^:/@?#\[\]\s]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/[^?@\s]*)?(?:\?\S*)?"
)
_HIGHEST_PORT = 65535


def is_address(text: str) -> bool:
    """Whether the text is one plain e-mail address, and nothing that a header or a calendar could misread."""
    local, _, host = text.rpartition("@")
    dots_are_inside = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return _MAILBOX.fullmatch(local) is not None and dots_are_inside and _HOST.fullmatch(host) is not None


class SettingsError(Exception):
    """The settings can't be used. ``problems`` says in Swedish, setting by setting, what to do."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the problems and list them."""
        super().__init__(
            "SIP Workflow startar inte. Rätta inställningarna:\n"
            + "\n".join(f"  - {line}" for line in problems)
        )
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; README.md describes every setting.

    ``broker_url`` None means the embedded worker, ``smtp_url`` None the training mailbox,
    ``definitions`` None no folder of one's own. ``base_url`` has no slash at its end.
    """

    mode: str
    database_url: str = field(repr=False)
    broker_url: str | None = field(repr=False)
    definitions: Path | None
    secret_key: str = field(repr=False)
    smtp_url: str | None = field(repr=False)
    mail_from: str
    timezone: ZoneInfo
    base_url: str

    @property
    def training(self) -> bool:
        """Whether this is training mode."""
        return self.mode == TRAINING

    @property
    def remarks(self) -> list[str]:
        """What works but is worth a thought before people rely on it, in Swedish."""
        remarks = []
        if not self.training and self.base_url == _DEFAULT_BASE_URL:
            remarks.append(
                f"SIP_BASE_URL saknas: länkar i e-post pekar på {_DEFAULT_BASE_URL}. "
                "Ange adressen som personalen använder."
            )
        if not self.training and self.base_url.startswith("http://") and self.base_url != _DEFAULT_BASE_URL:
            remarks.append("SIP_BASE_URL börjar med http://: inloggningen skyddas inte. Använd https://.")
        return remarks


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment gives.

    An empty value counts as none. Raises ``SettingsError`` with every problem there is.
    """
    reader = _Reader(environment)
    mode = reader.text("SIP_MODE") or PRODUCTION
    if mode not in (TRAINING, PRODUCTION):
        reader.refuse("SIP_MODE", f"ska vara {TRAINING} eller {PRODUCTION}, inte {mode!r}")
    training = mode == TRAINING
    base_url = reader.base_url() or _DEFAULT_BASE_URL
    settings = Settings(
        mode=mode,
        database_url=reader.database(),
        broker_url=reader.url("SIP_BROKER_URL", ("redis", "rediss", "amqp", "amqps")),
        definitions=reader.folder("SIP_DEFINITIONS"),
        secret_key=reader.secret_key(training=training),
        smtp_url=reader.url("SIP_SMTP_URL", ("smtp", "smtps")),
        mail_from=reader.address("SIP_MAIL_FROM") or f"sip@{urlsplit(base_url).hostname or 'localhost'}",
        timezone=reader.zone(),
        base_url=base_url,
    )
    if not training and settings.smtp_url is None and "SIP_SMTP_URL" not in reader.refused:
        reader.refuse("SIP_SMTP_URL", "saknas. Ange e-postservern, till exempel smtp://mail.example.org:25")
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


class _Reader:
    """Reads one setting at a time and remembers what was wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.refused: set[str] = set()

    def refuse(self, name: str, reason: str) -> None:
        self.problems.append(f"{name} {reason}.")
        self.refused.add(name)

    def text(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """A URL with a host. The value itself is never shown: it may hold a password."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            usable = (
                parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
            )
        except ValueError:
            usable = False
        if usable:
            return value
        self.refuse(
            name, f"går inte att läsa. Den ska börja med {' eller '.join(f'{s}://' for s in schemes)}"
        )
        return None

    def base_url(self) -> str | None:
        """The address that links begin with, ASCII and without a slash at its end.

        Its host makes ids of mails and calendar entries unique, and the sender's address where none is
        given: what could not stand there is refused now, not when the first mail is sent.
        """
        name = "SIP_BASE_URL"
        value = self.url(name, ("http", "https"))
        if value is None:
            return None
        parts = urlsplit(value)
        host = _ascii_host(parts.hostname or "")
        if host is None:
            self.refuse(
                name,
                "har ett värdnamn som inte kan stå i e-post. Använd ett namn av bokstäver, siffror, "
                "bindestreck och punkter, till exempel https://sip.example.org",
            )
        elif "@" in parts.netloc or any(sign in value for sign in "?#"):
            self.refuse(name, "ska vara en adress utan användarnamn, frågetecken och #")
        elif not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
            self.refuse(name, "har tecken efter värdnamnet som inte kan stå i en länk")
        else:
            port = "" if parts.port is None else f":{parts.port}"
            return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")
        return None

    def database(self) -> str:
        """The database's URL: never shown, nor an error chained that would, since it may hold a password."""
        name = "SIP_DATABASE_URL"
        value = self.text(name) or "sqlite:///var/sip.db"
        for short in ("postgres://", "postgresql://"):
            if value.startswith(short):
                value = "postgresql+psycopg://" + value.removeprefix(short)
        if value.startswith("postgresql+psycopg://"):
            found = _POSTGRESQL.fullmatch(value.partition("://")[2])
            if found is None or not 1 <= int(found["port"] or 1) <= _HIGHEST_PORT:
                self.refuse(
                    name,
                    "går inte att läsa. Den ska se ut som postgresql://namn:lösenord@värd:5432/databas; "
                    "skriv @ i lösenordet som %40",
                )
        elif value.startswith("sqlite:///"):
            file = value.removeprefix("sqlite:///").partition("?")[0]
            if not file or file == ":memory:" or file.startswith("file:") or Path(file).is_dir():
                self.refuse(name, "ska peka på en fil, till exempel sqlite:///var/sip.db")
        else:
            self.refuse(name, "ska börja med sqlite:/// eller postgresql://")
        return value

    def folder(self, name: str) -> Path | None:
        value = self.text(name)
        if value is None:
            return None
        folder = Path(value)
        if not folder.is_dir():
            self.refuse(name, f"pekar på {value}, som inte är en mapp")
        return folder

    def secret_key(self, *, training: bool) -> str:
        value = self.text("SIP_SECRET_KEY")
        if value is None and training:
            return _TRAINING_KEY
        advice = "Gör en med: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        if value is None:
            self.refuse("SIP_SECRET_KEY", f"saknas. {advice}")
            return ""
        weak = len(value) < _KEY_LENGTH or len(set(value)) < _KEY_VARIETY or value == _TRAINING_KEY
        if weak and not training:
            self.refuse("SIP_SECRET_KEY", f"är för svag: minst {_KEY_LENGTH} slumpmässiga tecken. {advice}")
        return value

    def address(self, name: str) -> str | None:
        value = self.text(name)
        if value is None:
            return None
        local, _, host = value.rpartition("@")
        address = f"{local}@{_ascii_host(host) or ''}"
        if not is_address(address):
            self.refuse(name, "ska vara en enda e-postadress utan namn och <>, till exempel sip@example.org")
        return address

    def zone(self) -> ZoneInfo:
        name = self.text("SIP_TIMEZONE") or "Europe/Stockholm"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.refuse("SIP_TIMEZONE", f"är inte en känd tidszon: {name!r}")
            return ZoneInfo("UTC")


def _ascii_host(host: str) -> str | None:
    """The host as mail systems write it (``västerås.se`` as ``xn--…``); None where they can't."""
    try:
        written = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return written if _HOST.fullmatch(written) else None
