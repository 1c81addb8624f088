"""The guided form for a request: a few steps, kept on the server from the first word, also before log-in."""
