"""What a pull request says of itself: the diff of its notebooks."""

from __future__ import annotations

from collections.abc import Mapping

from nbhotel.git.calls import Git

#: Characters that GitHub takes as a description, with some to spare; the others take more.
_LONGEST = 65_000


def described(root: str, base: str, environment: Mapping[str, str]) -> str:
    """Return the Markdown diff of notebooks since a branch of `origin`; "" if we have never seen that."""
    from nbhotel.render.markdown import diff_markdown
    from nbhotel.review.changes import Range, review

    seen = f"refs/remotes/origin/{base}"
    if Git(root, environment).ask("rev-parse", "--verify", "--quiet", seen) is None:
        return ""
    since = Range(seen, "HEAD", from_base=True)
    changed = [each for each in review(root, since, (), environment, check=False).comparisons if each]
    return diff_markdown(changed, limit=_LONGEST) if changed else ""
