"""From the engine's values to what people read: terminal, HTML, Markdown, JSON. Functions; nothing prints."""
