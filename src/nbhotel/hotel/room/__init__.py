"""What runs in a room. The folder of `serve` is its first place for modules, so nothing else lies here."""
