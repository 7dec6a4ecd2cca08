"""BLAKE2b without OpenSSL: `hashlib` loads that first, and each git command waits 3 ms more."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # another Python than CPython, or a later one
    from hashlib import blake2b

__all__ = ["blake2b"]
