"""The board: requests that their clients made public, for every provider to find and answer."""
