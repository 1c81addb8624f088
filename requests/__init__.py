"""Service requests and their matching to providers. Not the HTTP library of that name: see requests/apps.py."""
