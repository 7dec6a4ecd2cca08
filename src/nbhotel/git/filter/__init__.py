"""The clean and smudge filter: git's protocol, what is taken out and put back, and an index without dirt."""
