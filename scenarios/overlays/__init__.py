"""What-ifs: named patches over a scenario."""

from scenarios.overlays.files import overlay_names, read_overlay
from scenarios.overlays.scenario import Overlaid, overlaid, restored

__all__ = ["Overlaid", "overlaid", "overlay_names", "read_overlay", "restored"]
