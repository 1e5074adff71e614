"""Keeps a shop's knowledge up to date: filled again when its catalogue or a document has changed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from dialogue.knowledge.catalogue import Catalogue, read_catalogue
from dialogue.knowledge.documents import Document, read_documents
from dialogue.knowledge.knowledge import Knowledge
from dialogue.knowledge.ontology import load_ontology
from dialogue.shop import Shop


def sample_documents() -> list[Document]:
    """The rules of the sample shop (`dialogue.shop.sample`), in English and Chinese."""
    folder = files("dialogue.knowledge").joinpath("data", "policy")
    names = ("policy.en.md", "policy.zh.md")
    return [Document(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def fingerprint(catalogue: Catalogue, documents: Sequence[Document]) -> str:
    """The same for the same content only, as 64 hexadecimal digits."""
    whole = hashlib.sha256(catalogue.fingerprint().encode())
    for document in documents:
        for text in (document.name, document.text):
            data = text.encode()
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


class Library:
    """The current knowledge of a shop. Safe to use from several threads.

    Args:
        shop: its database.
        documents: a folder of Markdown files or one of them; None for none.
        load: reads the documents instead.
    """

    def __init__(
        self,
        shop: Shop,
        documents: Path | None = None,
        load: Callable[[], Sequence[Document]] | None = None,
    ) -> None:
        self._shop = shop
        self._load = load or (lambda: read_documents(documents) if documents is not None else [])
        self._ontology = load_ontology()
        self._lock = threading.Lock()
        self._fingerprint = ""
        self._knowledge: Knowledge | None = None

    def refresh(self) -> Knowledge:
        """Read the catalogue and the documents, and fill a new graph if they have changed.

        Takes some hundredths of a second when nothing has; answers go on from the old graph until the
        new one is there.

        Raises:
            ShopError: the database holds no shop.
            ShopUnavailableError: it did not answer within its time.
            DocumentError: a document cannot be read.
        """
        with self._lock:
            catalogue, documents = read_catalogue(self._shop), self._load()
            mark = fingerprint(catalogue, documents)
            if self._knowledge is None or mark != self._fingerprint:
                self._knowledge = Knowledge(catalogue, documents, self._ontology)
                self._fingerprint = mark
            return self._knowledge

    def current(self) -> Knowledge:
        """The knowledge as it was filled last; filled now if it never was.

        Raises:
            As `refresh`, the first time.
        """
        return self._knowledge or self.refresh()
