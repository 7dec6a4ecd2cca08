"""Pages that guests publish: the hub takes and keeps them, and the proxy serves them to everybody."""
