"""Forms: checking answers, examples, and the view of a form that pages are made from.

A form is JSON Schema 2020-12 with a few keywords of ours (``effective``), and an RJSF uiSchema. This
room knows nothing of cases, registers or pages: facts come in as a mapping, and ``refers`` answers for
the register.
"""

from __future__ import annotations

from sip_workflow.forms.answers import AnswerError, PrincipalKind, Refers, validate
from sip_workflow.forms.compiled import effective_schema
from sip_workflow.forms.effective import Facts, FormError
from sip_workflow.forms.examples import examples
from sip_workflow.forms.fields import Choice, Field, fields, walk
from sip_workflow.forms.findings import schema_findings
from sip_workflow.forms.layout import Condition
from sip_workflow.forms.posted import answers_from_fields
from sip_workflow.forms.stand_ins import NoStandIn, StandIns

__all__ = [
    "AnswerError",
    "Choice",
    "Condition",
    "Facts",
    "Field",
    "FormError",
    "NoStandIn",
    "PrincipalKind",
    "Refers",
    "StandIns",
    "answers_from_fields",
    "effective_schema",
    "examples",
    "fields",
    "schema_findings",
    "validate",
    "walk",
]
