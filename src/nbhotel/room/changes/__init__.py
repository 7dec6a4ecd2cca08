"""What changed in a notebook since it was saved or committed, and the history of its cells."""
