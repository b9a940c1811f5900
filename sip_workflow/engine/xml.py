"""Reading XML that anyone may have written.

No document type, no entities, no network, UTF-8 only. Limits: 2 MB, 40 levels. Comments
and processing instructions are dropped, for the library trips over them.
"""

from __future__ import annotations

from lxml import etree

from sip_workflow.engine.errors import DefinitionError

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40


def read(*, file: str, source: bytes) -> etree._Element:
    """The root element of a document.

    Raises:
        DefinitionError: it is too large or too deep, no XML, or XML of a kind that is not accepted.
    """
    if len(source) > MAX_BYTES:
        raise DefinitionError(file=file, element="", message=f"the file is larger than {MAX_BYTES} bytes")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError(file=file, element="", message="the file is not UTF-8") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DefinitionError(file=file, element="", message="a document type is not accepted")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DefinitionError(file=file, element="", message=f"the file is not XML: {error}") from None
    information = root.getroottree().docinfo
    if information.internalDTD is not None or (information.encoding or "UTF-8").upper() not in {
        "UTF-8",
        "ASCII",
    }:
        raise DefinitionError(file=file, element="", message="only UTF-8 without a document type is accepted")
    if _depth(root) > MAX_DEPTH:
        raise DefinitionError(
            file=file, element="", message=f"the file is nested deeper than {MAX_DEPTH} levels"
        )
    return root


def _depth(root: etree._Element) -> int:
    deepest, level = 0, [root]
    while level:
        deepest += 1
        level = [child for element in level for child in element]
    return deepest
