"""The schemas of the API: what is sent and what is answered, JSON Schema 2020-12, one module for each noun.

The same objects stand in the OpenAPI document and check requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sip_workflow.api.schemas import cases, definitions, discharges, escalations, shared, tasks

COMPONENTS: Mapping[str, Mapping[str, Any]] = {
    **shared.COMPONENTS,
    **tasks.COMPONENTS,
    **cases.COMPONENTS,
    **discharges.COMPONENTS,
    **escalations.COMPONENTS,
    **definitions.COMPONENTS,
}
"""Every schema of the document by its name."""
