"""Comments on cells: for those who share a notebook, also for those who may not change it."""
