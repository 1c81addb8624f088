"""Template tags of the site's settings."""
