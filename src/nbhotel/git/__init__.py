"""git by its own plumbing. `revisions` finds and reads what is compared; it knows bytes, not notebooks."""
