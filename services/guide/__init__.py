"""The guided form for a service page: a few steps, each saved as it is filled in."""
