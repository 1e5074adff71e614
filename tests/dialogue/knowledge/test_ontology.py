from __future__ import annotations

import pytest

from dialogue.knowledge import OntologyError, load_ontology
from dialogue.knowledge.ontology import LANGUAGES, Ontology, read_turtle

HEAD = """@prefix : <urn:parley:type:> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def problems_of(turtle: str) -> list[str]:
    return list(Ontology(read_turtle(HEAD + turtle, "own.ttl")).problems())


def test_knows_at_least_200_types_all_with_their_own_label_in_both_languages() -> None:
    ontology = load_ontology()
    assert list(ontology.problems()) == []
    assert len(ontology.types) >= 200
    for language in LANGUAGES:
        labels = [one.labels[language].casefold() for one in ontology.types.values()]
        assert len(set(labels)) == len(labels)


def test_speaks_of_everything_that_a_shop_deals_with() -> None:
    top = {"Product", "Attribute", "CommerceThing", "Service", "Agent", "Place", "Time"}
    ontology = load_ontology()
    assert top <= {one.name for one in ontology.below(None)}
    assert ontology.is_a("MechanicalKeyboard", "ElectronicsProduct")
    assert not ontology.is_a("Keyboard", "MechanicalKeyboard")


def test_every_parent_of_a_type_is_a_type() -> None:
    assert problems_of(':A rdfs:subClassOf :B ; rdfs:label "a"@en, "甲"@zh .') == [
        "A: expected a known type above it, found B"
    ]


def test_a_cycle_is_told() -> None:
    found = problems_of(
        ':A rdfs:subClassOf :B ; rdfs:label "a"@en, "甲"@zh .\n'
        ':B rdfs:subClassOf :A ; rdfs:label "b"@en, "乙"@zh .'
    )
    assert found
    assert all("expected no cycle" in one for one in found)


def test_a_missing_and_a_doubled_label_are_told() -> None:
    found = problems_of(
        ':A a rdfs:Class ; rdfs:label "same"@en .\n:B a rdfs:Class ; rdfs:label "Same"@en, "乙"@zh .'
    )
    assert found == [
        "A: expected a label in zh, found none",
        "B: expected a label of its own, found 'Same', which is A's",
    ]


def test_what_is_no_turtle_is_told_by_line() -> None:
    with pytest.raises(OntologyError, match=r"own\.ttl:3: expected Turtle"):
        read_turtle(HEAD + "\n:A rdfs:label .", "own.ttl")
