"""Intent recognition from a handful of examples, good at saying "none of these". See docs/intents.md."""

from dialogue.intent.encoder import Encoder, MiniLm
from dialogue.intent.recogniser import IntentRecogniser, Recognised, Recogniser
from dialogue.intent.use import UniversalEncoder

__all__ = ["Encoder", "IntentRecogniser", "MiniLm", "Recognised", "Recogniser", "UniversalEncoder"]
