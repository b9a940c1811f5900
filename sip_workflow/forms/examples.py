"""The examples of a form that hold for a task: stand-ins resolved, the way onward first."""

from __future__ import annotations

from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.answers import PrincipalKind, Refers, validate
from sip_workflow.forms.effective import Facts
from sip_workflow.forms.stand_ins import NoStandIn, StandIns


def examples(
    *,
    form: Form,
    facts: Facts,
    stand_ins: StandIns,
    refers: Refers,
    principal_kind: PrincipalKind | None = None,
) -> list[dict[str, Any]]:
    """The form's examples that are valid here, in the form's order, each once."""
    valid: list[dict[str, Any]] = []
    for example in form.schema.get("examples", ()):
        try:
            answers = stand_ins.resolve(example)
        except NoStandIn:
            continue
        errors = validate(
            form=form, answers=answers, facts=facts, refers=refers, principal_kind=principal_kind
        )
        if not errors and answers not in valid:
            valid.append(answers)
    return valid
