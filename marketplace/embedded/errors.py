"""What can go wrong with the embedded servers, in words for the person at the terminal."""


class EmbeddedError(Exception):
    """An embedded server cannot be used here; the message says why and what to do instead."""


class Interrupted(Exception):
    """Whoever started this wants to stop."""


class AlreadyRunning(EmbeddedError):
    """Another process holds this home."""
