"""Settings of all property tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no fault of the code; what must be quick is measured in processor time.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")
