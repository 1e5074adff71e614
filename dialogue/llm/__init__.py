"""A language model behind the OpenAI chat API: vLLM, the embedded llama.cpp server, or any other.

One client speaks to all of them. Replies stream, are guarded (`dialogue.guard`), and every wait is
bounded. Failures are one kind of error that says which server, what was expected and what came.
"""

from dialogue.llm.client import LanguageModel
from dialogue.llm.fleet import Fleet
from dialogue.llm.reply import ModelReply
from dialogue.llm.routing import Place
from dialogue.llm.standing import Standing
from dialogue.llm.toolloop import Toolbox, ToolReply
from dialogue.llm.values import (
    CallModel,
    LanguageModelError,
    Message,
    Model,
    ModelSettings,
    NonsenseError,
    RefusedRequestError,
    Reply,
    ToolCall,
    ToolSchema,
)

__all__ = [
    "CallModel",
    "Fleet",
    "LanguageModel",
    "LanguageModelError",
    "Message",
    "Model",
    "ModelReply",
    "ModelSettings",
    "NonsenseError",
    "Place",
    "RefusedRequestError",
    "Reply",
    "Standing",
    "ToolCall",
    "ToolReply",
    "ToolSchema",
    "Toolbox",
]
