"""A shop's catalogue and documents as a graph, and answers with their source (`docs/knowledge.md`)."""

from dialogue.knowledge.answer import Answer, Passage, Source
from dialogue.knowledge.catalogue import Catalogue, read_catalogue
from dialogue.knowledge.documents import Document, DocumentError, read_documents
from dialogue.knowledge.knowledge import Knowledge, Lacking
from dialogue.knowledge.library import Library, sample_documents
from dialogue.knowledge.ontology import Ontology, OntologyError, load_ontology

__all__ = [
    "Answer",
    "Catalogue",
    "Document",
    "DocumentError",
    "Knowledge",
    "Lacking",
    "Library",
    "Ontology",
    "OntologyError",
    "Passage",
    "Source",
    "load_ontology",
    "read_catalogue",
    "read_documents",
    "sample_documents",
]
