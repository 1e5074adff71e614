"""Answers to questions about products, from the graph alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogue.knowledge.answer import Answer, Source
from dialogue.knowledge.cues import Cue
from dialogue.knowledge.ontology import Ontology
from dialogue.knowledge.question import Question
from dialogue.knowledge.terms import terms, unit_of
from dialogue.knowledge.views import Option, Product, Value, Variant
from dialogue.knowledge.wording import Wording

_EXTREMES: frozenset[Cue] = frozenset({"cheapest", "dearest"})

_ANY = frozenset({"any", "all", "either", "both", "universal", "multi", "multicolour", "通", "任", "全"})

MOST_NAMED = 8
"""More products than these are not listed to a listener."""


class ProductAnswers:
    """Answers one understood question; every method gives None where the graph has no fact.

    Args:
        question: what is asked.
        ontology: the types in it.
        wording: sentences in the language of the answer.
    """

    def __init__(self, question: Question, ontology: Ontology, wording: Wording) -> None:
        self._question = question
        self._ontology = ontology
        self._say = wording

    def answer(self) -> Answer | None:
        """The answer."""
        question, cues = self._question, self._question.cues
        if (question.quantities and not self._strange_options()) or not self._resolve_polar():
            return None
        if cues & _EXTREMES and "compare" not in cues and len(question.products) != 2:
            return self._extreme(dearest="cheapest" not in cues)
        if len(question.products) > 1:
            return self._of_several()
        return self._of_one(question.products[0])

    def _of_one(self, product: Product) -> Answer | None:
        question, cues = self._question, self._question.cues
        if question.strangers or question.quantities:
            return self._lacking(product)
        several = any(len(values) > 1 for _, values in self._chosen(product))
        if "compare" in cues or ("price" in cues and several):
            return self._comparison(product)
        if "price" in cues:
            return self._price(product)
        return self._of_options(product)

    def _resolve_polar(self) -> bool:
        """Take "with backlight" and "without backlight" for the values that say so; False if none does."""
        question, cues = self._question, self._question.cues
        without = "without" in cues
        if len(question.products) > 1 or not (without or cues & {"price", "cheapest", "dearest"}):
            return not without
        for option in self._options(question.products[0]):
            keys = {value.key for value in option.values}
            polar = any(value.lacks for value in option.values)
            if (polar or without) and question.values.isdisjoint(keys):
                wanted = {value.key for value in option.values if value.lacks == without}
                if not wanted:
                    return False
                if cues & ({"price"} | _EXTREMES):
                    question.values |= wanted
                    cues.discard("without")
                    without = False
        return not without or bool(self._options(question.products[0]))

    def _of_options(self, product: Product) -> Answer | None:
        question, cues = self._question, self._question.cues
        options = self._options(product)
        if question.attributes and not options:
            return None
        if "how_many" in cues:
            return self._count(product, options)
        if question.values or not options:
            return self._whether(product) if question.values else self._as_a_whole(product)
        polar = len(options) == 1 and any(value.lacks for value in options[0].values)
        if polar and ("which" not in cues or "without" in cues):
            return self._polar(product, options[0])
        return self._choices(product, options)

    def _as_a_whole(self, product: Product) -> Answer | None:
        """Nothing of the product is named: what there is of it, or whether it is there."""
        cues = self._question.cues
        if "all" in cues and product.options:
            return self._choices(product, product.options)
        if "which" in cues:
            return self._listing([product])
        return self._whether(product) if cues & {"whether", "stock"} else None

    def _options(self, product: Product) -> list[Option]:
        """The product's options that the question names: itself, a kind of it, or the one kin to it."""
        found: list[Option] = []
        for name in dict.fromkeys(self._question.attributes):
            hits = [one for one in product.options if one.key == name or self._is_a(one, name)]
            if not hits and name in self._ontology.types:
                # "What sizes does the bottle come in?" has one answer if it is offered in capacities only.
                for above in self._ontology.types[name].parents:
                    kin = [one for one in product.options if self._is_a(one, above)]
                    hits = kin if above in {"Dimension", "Substance"} and len(kin) == 1 else []
            if not hits:
                return []
            exact = [one for one in hits if one.key == name]
            found.extend(one for one in exact or hits if one not in found)
        return found

    def _is_a(self, option: Option, name: str) -> bool:
        return name in self._ontology.types and self._ontology.is_a(option.type, name)

    def _strange_options(self) -> list[Option]:
        """The options that a value belongs to which the product does not have."""
        question = self._question
        if len(question.products) != 1:
            return []
        kinds = {self._ontology.values[name].value_of or "" for name in question.strangers} - {""}
        units = {unit_of(term) for term in question.quantities}
        return [
            option
            for option in question.products[0].options
            if any(self._is_a(option, kind) for kind in kinds)
            or any(unit_of(term) in units for value in option.values for name in value.names.values()
                   for term in terms(name) if term.startswith("#"))
        ]  # fmt: skip

    def _lacking(self, product: Product) -> Answer | None:
        """No, and what there is instead: the catalogue has all values of an option."""
        options = self._strange_options()
        if len(options) != 1 or "price" in self._question.cues or any(map(_fits_all, options[0].values)):
            return None
        return self._made(self._say.no_but(product, options[0]), "whether", [product.source()])

    def _chosen(self, product: Product) -> list[tuple[Option, list[Value]]]:
        """The named values, by option. A word that fits two options goes with the one that is named."""
        named = self._options(product)
        found = []
        for option in product.options:
            values = [value for value in option.values if value.key in self._question.values]
            if values:
                found.append((option, values))
        if len(found) > 1 and any(option in named for option, _ in found):
            names = {terms(name) for option, values in found if option in named for one in values
                     for name in one.names.values()}  # fmt: skip
            found = [
                (option, values)
                for option, values in found
                if option in named or names.isdisjoint(terms(n) for v in values for n in v.names.values())
            ]
        return found

    def _chosen_options(self, product: Product) -> list[Option]:
        return [option for option, values in self._chosen(product) if len(values) > 1]

    def _matching(self, product: Product, chosen: Sequence[tuple[Option, list[Value]]]) -> list[Variant]:
        keys = [{value.key for value in values} for _, values in chosen]
        return [one for one in product.variants if all(not one.values.isdisjoint(group) for group in keys)]

    def _whether(self, product: Product) -> Answer | None:
        chosen = self._chosen(product)
        variants = self._matching(product, chosen)
        if not variants:
            return self._made(self._say.not_together(product, chosen), "whether", [product.source()])
        there = [one for one in variants if one.available]
        text = self._say.there(product, chosen, there) if there else self._say.sold_out(product, chosen)
        return self._made(text, "whether", _sources(product, there or variants, chosen))

    def _polar(self, product: Product, option: Option) -> Answer | None:
        """Does it have it? Some values say yes, others no."""
        lacking = "without" in self._question.cues
        wanted = [value for value in option.values if value.lacks == lacking]
        variants = self._matching(product, [(option, wanted)]) if wanted else []
        if not variants:
            return self._made(self._say.no_but(product, option), "whether", [product.source()])
        if not any(one.available for one in variants):
            return self._made(self._say.sold_out(product, [(option, wanted)]), "whether", [product.source()])
        return self._made(self._say.polar(product, option, wanted), "whether", [product.source()])

    def _choices(self, product: Product, options: Sequence[Option]) -> Answer:
        chosen = self._chosen(product)
        variants = self._matching(product, chosen)
        there = {key for one in variants if one.available for key in one.values}
        text = self._say.choices(product, options, there)
        return self._made(text, "which", [product.source()])

    def _count(self, product: Product, options: Sequence[Option]) -> Answer | None:
        if self._question.values:
            return None
        if len(options) == 1:
            return self._made(self._say.choices_counted(product, options[0]), "how many", [product.source()])
        if not options and "all" in self._question.cues:
            return self._made(self._say.variants_counted(product), "how many", [product.source()])
        return None

    def _price(self, product: Product) -> Answer | None:
        if self._question.attributes and not self._options(product):
            return None
        chosen = self._chosen(product)
        variants = self._matching(product, chosen)
        if not variants:
            return self._made(self._say.not_together(product, chosen), "price", [product.source()])
        text = self._say.price(product, chosen, variants)
        return self._made(text, "price", _sources(product, variants, chosen))

    def _extreme(self, *, dearest: bool) -> Answer | None:
        """The cheapest or the dearest that can be bought now."""
        question = self._question
        if question.strangers or question.quantities or (len(question.products) > 1 and question.values):
            return None
        single = question.products[0] if len(question.products) == 1 else None
        chosen = self._chosen(single) if single is not None else []
        if any(len(values) > 1 for _, values in chosen):
            return self._comparison(question.products[0])
        offers = [
            (one, variant)
            for one in question.products
            for variant in self._matching(one, chosen)
            if variant.available
        ]
        if not offers:
            return None
        best = (max if dearest else min)(offers, key=lambda offer: offer[1].price)
        text = self._say.extreme(*best, dearest=dearest)
        return self._made(text, "dearest" if dearest else "cheapest", [best[0].variant_source(best[1])])

    def _comparison(self, product: Product) -> Answer | None:
        chosen = self._chosen(product)
        several = [(option, values) for option, values in chosen if len(values) > 1]
        fixed = [(option, values) for option, values in chosen if len(values) == 1]
        if len(several) == 1:
            option, values = several[0]
            groups = [(value, self._matching(product, [*fixed, (option, [value])])) for value in values]
            if not all(variants for _, variants in groups):
                return None
            text = self._say.compared_values(product, option, groups)
            sources = [product.variant_source(one) for _, variants in groups for one in variants[:1]]
            return self._made(text, "compare", [product.source(), *sources])
        if not chosen and product.options:
            return self._made(self._say.variants_compared(product), "compare", [product.source()])
        return None

    def _of_several(self) -> Answer | None:
        question, cues = self._question, self._question.cues
        products = question.products
        if question.values or question.attributes or question.strangers or question.quantities:
            return None
        sources = [one.source() for one in products]
        if len(products) == 2 and cues & ({"compare"} | _EXTREMES):
            return self._made(self._say.compared(products[0], products[1]), "compare", sources)
        if "how_many" in cues:
            return self._made(self._say.products_counted(len(products)), "how many", sources)
        return self._listing(products) if cues & {"whether", "which", "stock"} else None

    def _listing(self, products: Sequence[Product]) -> Answer | None:
        """The products of a kind; what of a product is asked, the graph does not know."""
        question = self._question
        if not question.general or len(products) > MOST_NAMED or question.cues & {"price", "how_long"}:
            return None
        sources = [one.source() for one in products]
        return self._made(self._say.assortment(products), "assortment", sources)

    def _made(self, text: str, kind: str, sources: Iterable[Source]) -> Answer:
        return Answer(text, kind, tuple(sources), self._say.language)


def _fits_all(value: Value) -> bool:
    """Whether a value takes in others: "either hand" is left as well."""
    return any(not _ANY.isdisjoint(terms(name)) for name in value.names.values())


def _sources(product: Product, variants: Sequence[Variant], chosen: object) -> list[Source]:
    """The product, and the variant if the answer is about a single one."""
    if chosen and len(variants) == 1:
        return [product.variant_source(variants[0])]
    return [product.source()]
