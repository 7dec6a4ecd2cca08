"""One shell on a pseudo terminal that is given whole cells, for the room's terminal cells and `%%terminal`.

`Shell` (`process`) starts a person's own shell and says where each cell's output starts and ends, by marks
that the shell prints (`marks`), as its kind does that (`dialects`). `Screen` makes of what programs print
the lines that a terminal would show.
"""
