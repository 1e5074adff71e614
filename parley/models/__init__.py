"""Models are data: fetched from several sources, checked against their SHA-256, never in the repository."""

from parley.models.catalogue import CATALOGUE, SITE_MODELS, find, group, non_commercial, select
from parley.models.entry import Commercial, Licence, Model, ModelError, ModelFile, SiteModel
from parley.models.progress import BarProgress, LineProgress, NoProgress, PullProgress, progress_for
from parley.models.store import ModelStore, State, Status, default_root

__all__ = [
    "CATALOGUE",
    "SITE_MODELS",
    "BarProgress",
    "Commercial",
    "Licence",
    "LineProgress",
    "Model",
    "ModelError",
    "ModelFile",
    "ModelStore",
    "NoProgress",
    "PullProgress",
    "SiteModel",
    "State",
    "Status",
    "default_root",
    "find",
    "group",
    "non_commercial",
    "progress_for",
    "select",
]
