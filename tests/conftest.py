"""What every test gets: a settled environment and a small, fixed world of definitions."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis

# The PostgreSQL wheel warns, as an error here, unless this names a folder that nobody else can read.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="sip-run-")
    Path(os.environ["XDG_RUNTIME_DIR"]).chmod(0o700)

# A developer's own settings must not change what the tests say.
for name in [name for name in os.environ if name.startswith("SIP_") and not name.startswith("SIP_TEST_")]:
    del os.environ[name]
os.environ["SIP_MODE"] = "training"

# Two slow cores share the work: no example is timed, and a failure is found again from its printed blob.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

pytest_plugins = ["tests.support.databases"]
