"""Forms hold together: schema, uiSchema, guidance, and an example for whatever the facts."""

from __future__ import annotations

from collections.abc import Iterator

from sip_workflow.checks.contract import ERROR, Deployment, Finding
from sip_workflow.domain.definitions import Form
from sip_workflow.forms import schema_findings


def form_holds(*, deployment: Deployment) -> Iterator[Finding]:
    """What the forms room has to say about each form."""
    for key, form in deployment.bundle.forms.items():
        for message in _said(form):
            place, _, _ = message.partition(":")
            yield Finding(
                rule="form_holds",
                severity=ERROR,
                file=f"forms/{key}.schema.json",
                element=place.removeprefix(key).removeprefix("."),
                message=message,
                help="Rätta formuläret eller dess uiSchema.",
            )


def _said(form: Form) -> list[str]:
    """One form that can't be walked must not hide what is wrong with the others."""
    try:
        return schema_findings(form)
    except Exception as error:  # whatever it trips over is a shape that no form may have
        return [f"{form.key}: regeln form_holds gick inte att pröva ({type(error).__name__})."]
