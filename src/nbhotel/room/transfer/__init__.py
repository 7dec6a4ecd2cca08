"""Files to and from the room, for browsers and for `nbhotel put` and `get`."""
