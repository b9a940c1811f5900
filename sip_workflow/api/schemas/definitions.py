"""Versions of the definitions."""

from __future__ import annotations

from collections.abc import Mapping

from sip_workflow.api.schemas.shared import BOOLEAN, TEXT, TIME, Schema, listed, told

COMPONENTS: Mapping[str, Schema] = {
    "Version": told({"version": TEXT, "origin": TEXT, "stored_at": TIME, "in_force": BOOLEAN}),
    "VersionList": listed("Version"),
}
