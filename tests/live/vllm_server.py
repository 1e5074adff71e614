"""A real vLLM server for its conformance test: installed, given a small model, started, stopped.

The environment is made once for each state of `requirements-vllm.lock` and kept beside the models; it holds
torch, which is no business of Parley's own environment.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from parley.models import ModelStore

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-vllm.lock"
CONTEXT = 2048
STARTING_SECONDS = 300.0

CONVERT = """
import sys
from pathlib import Path
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

gguf, folder = Path(sys.argv[1]), sys.argv[2]
read = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
if hasattr(read.config, "quantization_config"):
    del read.config.quantization_config
plain = AutoModelForCausalLM.from_config(read.config, dtype=torch.float32)
plain.load_state_dict(read.state_dict())
plain.save_pretrained(folder)
AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
"""
"""vLLM's build for processors reads no GGUF: the small test model as plain weights."""


def environment() -> Path:
    """The folder of an environment with vLLM, and the model in it; the first time takes minutes."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "parley" / "envs" / f"vllm-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").is_file():
            run(ROOT / "scripts" / "vllm-env", folder, PYTHON=sys.executable)
            gguf = next(ModelStore().path("smollm2-135m").glob("*.gguf"))
            run(folder / "bin" / "python", "-c", CONVERT, gguf, folder / "model")
            (folder / "whole").touch()
    return folder


def run(*command: str | Path, **more: str) -> None:
    """Run to the end; a failure shows both outputs."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=1500, env={**os.environ, **more}
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


@contextlib.contextmanager
def vllm_server(log: Path) -> Iterator[str]:
    """Start vLLM as docs/llm.md does, on a free port of the loopback; yields its base address."""
    folder = environment()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        *(str(folder / "bin" / "python"), "-m", "vllm.entrypoints.cli.main", "serve", str(folder / "model")),
        *("--served-model-name", "smollm2", "--host", "127.0.0.1", "--port", str(port)),
        *("--max-model-len", str(CONTEXT), "--max-num-seqs", "4", "--enforce-eager"),
        *("--enable-prefix-caching", "--enable-auto-tool-choice", "--tool-call-parser", "hermes"),
    ]
    quiet = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **quiet}, start_new_session=True
        )
        try:
            wait_until_it_answers(process, port, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"vLLM ended while starting:\n{log.read_text()[-4000:]}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(f"vLLM did not answer within {STARTING_SECONDS:g} s:\n{log.read_text()[-4000:]}")
