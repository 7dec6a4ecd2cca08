"""Chains of filters: what becomes of a notebook on its way into git, a script, a page.

Start at `model`; `registry` has the ready-made filters, exporters and chains, `config` the user's own.
"""
