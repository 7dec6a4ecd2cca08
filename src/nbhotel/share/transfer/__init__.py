"""Files to and from a Jupyter Server over HTTP: in pieces, resumed where they stopped, checked by SHA-256.

Any Jupyter Server will do. One that has our extension (`nbhotel.room.transfer`) takes raw bytes at an
offset, tells checksums and renames atomically; of the others only the contents API and `/files/` are asked.
A file lies under a name of its own (`parts.part_name`) until all of it is there and is what was sent.
"""
