"""Definitions as files: diagrams, tables, forms, messages and guideline choices of one deployment.

Finds them (the wheel's own or the checkout, installed packs, the owner's folder), reads them
with limits on size and depth, and makes a ``Bundle`` named by the hash of its content.
What the diagrams and forms mean is for others to say; this room only knows which file is what.
"""

from sip_workflow.definitions.archive import pack, unpack
from sip_workflow.definitions.bundles import build_bundle, content_hash, file_errors, open_bundle
from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.definitions.json_files import parse_json
from sip_workflow.definitions.sources import definition_files, read_tree

__all__ = [
    "DefinitionFileError",
    "build_bundle",
    "content_hash",
    "definition_files",
    "file_errors",
    "open_bundle",
    "pack",
    "parse_json",
    "read_tree",
    "unpack",
]
