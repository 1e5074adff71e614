"""What a shop's callers can be told: one graph of its catalogue and documents, and the questions to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dialogue.knowledge.answer import Answer, Passage
from dialogue.knowledge.catalogue import Catalogue
from dialogue.knowledge.documents import Document, cut, passages_of
from dialogue.knowledge.graph import Filler
from dialogue.knowledge.ontology import LANGUAGES, Ontology, load_ontology
from dialogue.knowledge.passages import PassageIndex
from dialogue.knowledge.policy import PolicyAnswers
from dialogue.knowledge.products import ProductAnswers
from dialogue.knowledge.question import Understanding
from dialogue.knowledge.terms import is_chinese
from dialogue.knowledge.topics import TypeFinder
from dialogue.knowledge.views import in_language, products_in
from dialogue.knowledge.wording import Wording


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something without a name in a language: `what` it is, and the name it has."""

    what: str
    name: str
    language: str


class Knowledge:
    """A graph filled from one state of a shop, and answers from it. Nothing in it changes.

    Args:
        catalogue: of the shop.
        documents: its rules, in Markdown.
        ontology: the types; None for those that come with Parley.
    """

    def __init__(
        self, catalogue: Catalogue, documents: Iterable[Document] = (), ontology: Ontology | None = None
    ) -> None:
        self.ontology = ontology or load_ontology()
        self._currency = catalogue.currency
        finder = TypeFinder(self.ontology)
        statements = [statement for document in documents for statement in cut(document)]
        found = passages_of(statements)
        about = {one: sorted(set(finder.types_in(f"{one.title}\n{one.text}"))) for one in found}
        self.store = Filler(self.ontology).fill(catalogue, about)
        self.products = products_in(self.store)
        self._understanding = Understanding(self.store, self.ontology, self.products)
        self._policy = PolicyAnswers(statements, self.ontology, finder)
        self._index = PassageIndex(found, finder.types_in)
        self._passages = found

    def ask(self, question: str, language: str | None = None, about: str | None = None) -> Answer | None:
        """The answer to a caller's question, None if the graph does not have it.

        Args:
            question: in English or Chinese.
            language: of the answer, `en` or `zh`; None for that of the question.
            about: id of the product that was spoken of last, for "it".
        """
        language = language or ("zh" if is_chinese(question) else "en")
        understood = self._understanding.understand(question, about)
        if understood is not None:
            wording = Wording(language, self._currency)
            answer = ProductAnswers(understood, self.ontology, wording).answer()
            if answer is not None:
                return answer
        kinds = {one.type for one in self._understanding.named(question)}
        return self._policy.answer(question, language, kinds)

    def passages(self, question: str, language: str, k: int = 3) -> Sequence[Passage]:
        """The `k` passages that are nearest to a question, for a language model that may say no more.

        Those in the language come first, then those in others. The same question gives the same ones.
        """
        return self._index.find(question, language, k)

    def evidence(self, question: str, language: str, k: int = 2) -> Sequence[Passage]:
        """At most `k` passages that speak of enough of a question to answer it from; often none."""
        return self._index.near(question, language, k)

    def counts(self) -> dict[str, int]:
        """How much of what is in the graph."""
        options = [option for product in self.products for option in product.options]
        return {
            "types": len(self.ontology.types),
            "triples": len(self.store),
            "products": len(self.products),
            "variants": sum(len(product.variants) for product in self.products),
            "options": len(options),
            "values": sum(len(option.values) for option in options),
            "passages": len(self._passages),
        }

    def products_by_type(self) -> dict[str, int]:
        """How many products are of each type."""
        return dict(Counter(product.type for product in self.products))

    def lacking(self) -> Iterator[Lacking]:
        """What lacks a name in one of the languages."""
        for concept in self.ontology.types.values():
            yield from _lacking("type", concept.labels)
        for product in self.products:
            name = in_language(product.names, "en")
            yield from _lacking("product", product.names)
            for option in product.options:
                yield from _lacking(f"option of {name}", option.names)
                for value in option.values:
                    if not all(_speaks_for_itself(one) for one in value.names.values()):
                        yield from _lacking(
                            f"value of {in_language(option.names, 'en')} of {name}", value.names
                        )


def _speaks_for_itself(name: str) -> bool:
    """Numbers and the like are the same in both languages: 8, A4, USB-C, 16GB."""
    return not is_chinese(name) and not any(len(word) > 3 and word.islower() for word in name.split())


def _lacking(what: str, names: object) -> Iterator[Lacking]:
    known = dict(names) if isinstance(names, dict) else {}
    for language in LANGUAGES:
        if language not in known:
            yield Lacking(what, next(iter(known.values()), ""), language)
