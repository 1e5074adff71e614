"""G.711 µ-law, as table look-ups over whole frames (ITU-T G.711, table 2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_BIAS = 0x84
_CLIP = 32635


def _expand_table() -> npt.NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int64) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS << ((code & 0x70) >> 4)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _compress_table() -> npt.NDArray[np.uint8]:
    sample = np.arange(-32768, 32768, dtype=np.int64)
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    code: npt.NDArray[np.int64] = np.where(sample < 0, 0x80, 0) | (exponent << 4) | mantissa
    return (~code & 0xFF).astype(np.uint8)


_EXPAND = _expand_table()
_COMPRESS = _compress_table()


def ulaw_to_pcm(coded: bytes) -> bytes:
    """8-bit µ-law to s16le."""
    return _EXPAND[np.frombuffer(coded, np.uint8)].astype("<i2").tobytes()


def pcm_to_ulaw(pcm: bytes) -> bytes:
    """s16le to 8-bit µ-law."""
    return _COMPRESS[np.frombuffer(pcm, "<i2").astype(np.int64) + 32768].tobytes()
