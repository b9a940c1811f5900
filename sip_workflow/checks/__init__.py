"""Whether a deployment can be taken into use: files, diagrams, forms and tables that fit together.

A rule looks at a ``Deployment`` and says what it found. The built-in rules and those of
installed packages (entry points ``sip_workflow.checks``) have one contract, ``Rule``. A deployment
whose files cannot even be read gets those findings alone: the rest would only repeat them.
"""

from sip_workflow.checks.check import check_files
from sip_workflow.checks.contract import Deployment, Finding, Rule

__all__ = ["Deployment", "Finding", "Rule", "check_files"]
