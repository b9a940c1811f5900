"""Use cases: what people and the clock may ask of the house. One command is one transaction over one case."""

from sip_workflow.application.house import Application

__all__ = ["Application"]
