"""git's configuration, attributes and hooks: set up, looked at, mended and taken out again."""
