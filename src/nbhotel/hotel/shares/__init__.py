"""Who may see what in whose room: kept by the hub, enforced by rooms (`nbhotel.room.guests`)."""
