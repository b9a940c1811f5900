"""The training material: a made-up region, two municipalities, their staff and a few persons.

Everything is fictional. Personal numbers have the birth numbers 980 to 999 that are kept
for tests, telephone numbers come from the series kept for fiction, addresses end in
``example.org``. Loading it again changes nothing that is as it should be and deletes nothing.
"""

from sip_workflow.training.loader import load
from sip_workflow.training.material import Material, read_material

__all__ = ["Material", "load", "read_material"]
