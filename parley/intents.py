"""Joins intent recognition with the model store: its sentence encoders, and what trains a flow."""

from __future__ import annotations

from collections.abc import Mapping

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

from dialogue.intent import Encoder, IntentRecogniser, MiniLm, UniversalEncoder
from dialogue.texts import Language
from dialogue.understanding import Train
from parley.models import ModelStore

ENGLISH = "minilm-l6-v2"
MANDARIN = "use-multilingual-v3"


def read_encoders(store: ModelStore) -> dict[Language, Encoder]:
    """The encoder of each language.

    From then on numpy uses one thread in this process: a sentence is too little work to share out, and
    on a busy machine threads that wait for one another took 280 ms at p95 instead of 9.

    Raises:
        ModelError: one is missing or corrupt; says how to get it.
    """
    threadpool_limits(1, "blas")
    return {"en": MiniLm(store.path(ENGLISH)), "zh": UniversalEncoder(store.path(MANDARIN))}


def trainer(store: ModelStore) -> Train:
    """What trains a flow's recogniser; vectors of examples are kept beside the models.

    Raises:
        ModelError: an encoder is missing or corrupt; says how to get it.
    """
    return trainer_with(read_encoders(store), store)


def trainer_with(encoders: Mapping[Language, Encoder], store: ModelStore) -> Train:
    """What trains a flow's recogniser with encoders that were read before, see `trainer`."""
    cache = store.root.with_name("vectors")
    return lambda examples: IntentRecogniser(examples, encoders, cache)
