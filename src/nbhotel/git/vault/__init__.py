"""The vault: the outputs that the clean filter took out of files, kept beside the repository."""
