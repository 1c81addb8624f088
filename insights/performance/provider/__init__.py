"""The dashboard of a provider: how often her page is seen, and how far it gets her."""
