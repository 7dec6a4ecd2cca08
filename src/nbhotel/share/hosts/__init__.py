"""Code hosts: one small interface, `host.Host`, and what speaks to each kind of host behind it."""
