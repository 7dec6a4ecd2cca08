"""Two people in one notebook: jupyter-collaboration, in rooms where it is wanted and in no other."""
