"""How a repository's notebooks are cleaned: by the chain `vcs` that holds for their folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbhotel.git.filter.cleaning import Rules, RulesFor

if TYPE_CHECKING:
    from nbhotel.chain.model import Chain

#: Added to the fingerprint of a chain: goes up when a filter of ours does something else than before.
_CLEANING = 1


def rules_by_folder(top: str) -> RulesFor:
    """Return what finds the rules for paths below `top`.

    Each folder's chain is looked up once: a configuration may lie in any folder above a notebook.
    """
    from nbhotel.chain.config import load_chain

    known: dict[str, Rules] = {}

    def rules_for(path: str) -> Rules:
        folder = os.path.dirname(path)
        if folder not in known:
            chain = load_chain("vcs", os.path.join(top, folder))
            known[folder] = Rules(chain.clean, _fingerprint(chain))
        return known[folder]

    return rules_for


def _fingerprint(chain: Chain) -> str:
    from nbhotel.git.digest import blake2b

    told = repr([_CLEANING, *((step.name, sorted(step.options.items())) for step in chain.filters)])
    return blake2b(told.encode(), digest_size=8).hexdigest()
