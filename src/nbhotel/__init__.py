"""nbhotel: a hotel for notebooks, and notebooks that travel well through git."""

__version__ = "0.1.0"
