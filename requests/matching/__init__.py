"""From a published request to stored matches: retrieve, rank, choose, explain."""
