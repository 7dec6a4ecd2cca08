"""Pages that a guest published follow their notebooks: docs/publishing.md."""
