"""The settings of a hotel: what they are, where they come from, and what is wrong with them."""

from __future__ import annotations

from nbhotel.hotel.settings.load import Loaded, load_settings
from nbhotel.hotel.settings.model import RoomSettings, Settings
from nbhotel.hotel.settings.resolved import read_resolved, write_resolved

__all__ = ["Loaded", "RoomSettings", "Settings", "load_settings", "read_resolved", "write_resolved"]
