"""Changed notebooks on a code host: one comment on a pull or merge request, and a page with all of it.

`changes` compares what two revisions have, `comment` makes the Markdown, `hosts` knows what GitHub and GitLab
tell a job, `posting` puts the comment there, or in place of the one before.
"""
