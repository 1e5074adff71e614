"""Sentences about products, in English and Chinese."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from dialogue.knowledge.terms import terms
from dialogue.knowledge.views import Option, Product, Value, Variant, in_language
from dialogue.tools.values import listed, money

Chosen = Sequence[tuple[Option, list[Value]]]

_BARE = frozenset({"with", "without", "to"})
_WORDLESS = frozenset({"yes", "no", "none", "有", "无", "没有"})


class Wording:
    """Makes the sentences.

    Args:
        language: `en` or `zh`.
        currency: ISO 4217 code of all prices.
    """

    def __init__(self, language: str, currency: str) -> None:
        self.language = language
        self._currency = currency

    def _pick(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh" else english

    def _name(self, product: Product) -> str:
        return in_language(product.names, self.language)

    def _option(self, option: Option) -> str:
        return in_language(option.names, self.language)

    def _value(self, value: Value) -> str:
        return in_language(value.names, self.language)

    def _choice(self, option: Option) -> str:
        return f"a choice of {self._option(option)}" if len(option.values) > 1 else self._option(option)

    def _money(self, price: Decimal) -> str:
        return money(float(price), self._currency, self.language)

    def _listed(self, names: Iterable[str], *, either: bool = False) -> str:
        text = listed(names, self.language)
        if either and self.language == "en":
            head, found, tail = text.rpartition(" and ")
            return f"{head} or {tail}" if found else text
        return text

    def _range(self, variants: Sequence[Variant]) -> str:
        prices = [one.price for one in variants]
        low, high = self._money(min(prices)), self._money(max(prices))
        return low if low == high else self._pick(f"{low} to {high}", f"{low}到{high}")

    def _with(self, chosen: Chosen) -> str:
        """What was chosen, as it stands behind the product (English) or before it (Chinese)."""
        parts = [self._with_one(option, values) for option, values in chosen]
        if self.language == "zh":
            return "".join(parts)
        return " " + " and ".join(parts) if parts else ""

    def _with_one(self, option: Option, values: Sequence[Value]) -> str:
        name, value = self._option(option), self._listed(map(self._value, values), either=True)
        if value in _WORDLESS:
            lacks = values[0].lacks
            return self._pick(
                f"without {name}" if lacks else f"with {name}", f"无{name}" if lacks else f"有{name}"
            )
        if self.language == "zh":
            return f"{value}的"
        if value.split()[0] in _BARE:
            return value
        return f"with {name} {value}" if not _says(value, name) else f"with {value}"

    def there(self, product: Product, chosen: Chosen, variants: Sequence[Variant]) -> str:
        """Yes, it can be bought."""
        return self._pick(
            f"Yes, the {self._name(product)}{self._with(chosen)} {_verb(product, 'is', 'are')} in stock, for "
            f"{self._range(variants)}.",
            f"有的，{self._with(chosen)}{self._name(product)}有货，价格是{self._range(variants)}。",
        )

    def sold_out(self, product: Product, chosen: Chosen) -> str:
        """It is in the catalogue, but cannot be bought now."""
        return self._pick(
            f"The {self._name(product)}{self._with(chosen)} {_verb(product, 'is', 'are')} out of stock "
            "at the moment.",
            f"{self._with(chosen)}{self._name(product)}目前缺货。",
        )

    def not_together(self, product: Product, chosen: Chosen) -> str:
        """Each value is there, but not with the other."""
        return self._pick(
            f"No, there is no {self._name(product)}{self._with(chosen)}.",
            f"没有{self._with(chosen)}{self._name(product)}。",
        )

    def no_but(self, product: Product, option: Option) -> str:
        """No, and which values there are."""
        values = self._listed(map(self._value, option.values), either=True)
        return self._pick(
            f"No. The {self._name(product)} {_verb(product, 'comes', 'come')} with "
            f"{self._choice(option)}: {values}.",
            f"没有。{self._name(product)}的{self._option(option)}有：{values}。",
        )

    def polar(self, product: Product, option: Option, wanted: Sequence[Value]) -> str:
        """Yes, it has it, or can be had with it or without."""
        name, some = self._option(option), len(wanted) < len(option.values)
        values = [self._value(one) for one in wanted if self._value(one) not in _WORDLESS]
        lacks = wanted[0].lacks
        with_it = self._with_one(option, wanted[:1]) if not values else self._with_one(option, wanted)
        if lacks and values:
            with_it = self._pick(f"without {name}", f"{values[0]}的")
        if not some:
            return self._pick(
                f"Yes, the {self._name(product)} always {_verb(product, 'comes', 'come')} {with_it}.",
                f"是的，{self._name(product)}都是{with_it}。"
                if values
                else f"是的，{self._name(product)}都{with_it}。",
            )
        return self._pick(
            f"Yes, you can get the {self._name(product)} {with_it}.",
            f"有的，{self._name(product)}有{with_it.removesuffix('的')}的款式。",
        )

    def choices(self, product: Product, options: Sequence[Option], there: Collection[str]) -> str:
        """Which values options have, and which of them cannot be bought now."""
        parts = []
        for option in options:
            values = self._listed(map(self._value, option.values), either=True)
            parts.append(self._pick(f"{self._choice(option)}: {values}", f"{self._option(option)}有{values}"))
        gone = [one for option in options for one in option.values if one.key not in there]
        text = self._pick(
            f"The {self._name(product)} {_verb(product, 'comes', 'come')} with {'; '.join(parts)}.",
            f"{self._name(product)}的{'；'.join(parts)}。",
        )
        if gone:
            names = self._listed(map(self._value, gone))
            text += self._pick(f" Out of stock at the moment: {names}.", f"其中{names}目前缺货。")
        return text

    def choices_counted(self, product: Product, option: Option) -> str:
        """How many values an option has."""
        count, values = len(option.values), self._listed(map(self._value, option.values))
        return self._pick(
            f"For the {self._name(product)} there are {count} choices of {self._option(option)}: {values}."
            if count > 1
            else f"For the {self._name(product)} there is one {self._option(option)}: {values}.",
            f"{self._name(product)}的{self._option(option)}有{count}种：{values}。",
        )

    def variants_counted(self, product: Product) -> str:
        """How many variants there are and how many can be bought."""
        count, there = len(product.variants), sum(one.available for one in product.variants)
        return self._pick(
            f"There are {count} variants of the {self._name(product)}, {there} of them in stock.",
            f"{self._name(product)}有{count}个款式，其中{there}个有货。",
        )

    def price(self, product: Product, chosen: Chosen, variants: Sequence[Variant]) -> str:
        """What it costs."""
        text = self._pick(
            f"The {self._name(product)}{self._with(chosen)} {_verb(product, 'costs', 'cost')} "
            f"{self._range(variants)}.",
            f"{self._with(chosen)}{self._name(product)}的价格是{self._range(variants)}。",
        )
        if not any(one.available for one in variants):
            text += self._pick(" It is out of stock at the moment.", "目前缺货。")
        return text

    def extreme(self, product: Product, variant: Variant, *, dearest: bool) -> str:
        """The cheapest or dearest variant and its price."""
        chosen = [
            (option, [value])
            for option in product.options
            for value in option.values
            if value.key in variant.values
        ]
        price = self._money(variant.price)
        return self._pick(
            f"The {'most expensive' if dearest else 'cheapest'} one in stock is the {self._name(product)}"
            f"{self._with(chosen)}, for {price}.",
            f"有货的{'最贵' if dearest else '最便宜'}的是"
            f"{self._with(chosen)}{self._name(product)}，{price}。",
        )

    def compared_values(
        self, product: Product, option: Option, groups: Sequence[tuple[Value, Sequence[Variant]]]
    ) -> str:
        """What variants cost that differ in one option."""
        parts = []
        for value, variants in groups:
            text = f"{self._with([(option, [value])])}{self._pick(' it costs ', '')}{self._range(variants)}"
            if not any(one.available for one in variants):
                text += self._pick(", out of stock at the moment", "，目前缺货")
            parts.append(text.strip())
        return self._pick(
            f"The {self._name(product)}: {'; '.join(parts)}.", f"{self._name(product)}：{'；'.join(parts)}。"
        )

    def variants_compared(self, product: Product) -> str:
        """In what the variants of a product differ."""
        parts = [
            f"{self._option(option)} ({self._listed(map(self._value, option.values))})"
            if self.language == "en"
            else f"{self._option(option)}（{self._listed(map(self._value, option.values))}）"
            for option in product.options
        ]
        return self._pick(
            f"They differ in {self._listed(parts)}, and cost {self._range(product.variants)}.",
            f"{self._name(product)}的区别在于{self._listed(parts)}，价格是{self._range(product.variants)}。",
        )

    def compared(self, one: Product, other: Product) -> str:
        """What two products cost."""
        return self._pick(
            f"The {self._name(one)} costs {self._range(one.variants)}, "
            f"the {self._name(other)} {self._range(other.variants)}.",
            f"{self._name(one)}的价格是{self._range(one.variants)}，"
            f"{self._name(other)}的价格是{self._range(other.variants)}。",
        )

    def products_counted(self, count: int) -> str:
        """How many products there are."""
        return self._pick(f"We have {count} of them.", f"我们有{count}种。")

    def assortment(self, products: Sequence[Product]) -> str:
        """Which products of a kind there are."""
        names = self._listed(map(self._name, products))
        return self._pick(f"We have these: {names}.", f"我们有：{names}。")


def _verb(product: Product, one: str, many: str) -> str:
    """The verb that goes with a product's English name: the shoes are, the dress is."""
    name = in_language(product.names, "en")
    return many if name.endswith("s") and not name.endswith(("ss", "us")) else one


def _says(value: str, name: str) -> bool:
    """Whether a value names its option itself: "small room"."""
    return not set(terms(name)).isdisjoint(terms(value))
