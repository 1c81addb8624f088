"""Members: sign-up, log-in, profile, tokens, blocks."""
