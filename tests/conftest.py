"""What every test shares: how hypothesis searches."""

import os

from hypothesis import settings

# No deadline: machines differ. Where CI runs, the same examples each time, so that a red run can be repeated.
settings.register_profile("yhteistila", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("yhteistila")
