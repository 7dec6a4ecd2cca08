"""Parts of a notebook's change: what can be chosen, and the notebook that a choice makes.

`leaves` says what there is to choose, `tree` how it hangs together, `applying` makes the notebook, `pairs`
its bytes: these know neither git nor a terminal. `repository` reads what git has and writes its index,
`carrying` brings a changed clean version back to the worktree.
"""
