"""Trying flows by text: what calls have (flows, intents, the shop's facts), and nothing that they change."""

from parley.rehearsal.shopcopy import ShopCopy, ShopSource
from parley.rehearsal.stage import Stage, open_stage
from parley.rehearsal.standin import StandIn

__all__ = ["ShopCopy", "ShopSource", "Stage", "StandIn", "open_stage"]
