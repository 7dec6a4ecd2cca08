"""Python kernels that are forked from a warm process, the nursery, instead of started from nothing.

::

    feature      the server extension's part: settings, and which provisioner starts kernels
    provisioner  jupyter_client's provisioner: a warm kernel if it may be one, else the stock way
    keeper       the settings, and the nursery that is in use at the moment
    link         the server's end of a nursery: asks it for kernels and for libraries
    process      one warm kernel, with the interface of subprocess.Popen
    origin       what a nursery was made from, and which kernels it may be the start of
    nursery      the nursery's process: one thread, forks and reaps
    birth        what the forked child does until it is a kernel
    modules      what a kernel sees of the modules that were loaded for others
    stock        the modules that every kernel loads
    early        the nursery that is forked off before a server has begun
"""
