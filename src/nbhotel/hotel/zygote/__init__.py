"""The zygote: the one privileged process, which forks rooms and checks passwords.

It has one thread, no network and no secrets: what is secret (a password, a room's token) stands in the
second line of a request, which only the forked child reads, so that no later room inherits it.
See docs/design/zygote.md.
"""
