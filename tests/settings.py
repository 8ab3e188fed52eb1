"""The product's settings, with a folder of its own and the demo's rules."""

import os
import tempfile

os.environ["SAMSYN_HOME"] = tempfile.mkdtemp(prefix="samsyn-test-")
os.environ["SAMSYN_DEMO"] = "1"
os.environ.pop("SAMSYN_DEBUG", None)

from samsyn.web.settings import *  # noqa: F403

# Hashing is slow on purpose; the tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
