"""How the API knows who calls."""

from rest_framework.authentication import TokenAuthentication as BaseTokenAuthentication


class TokenAuthentication(BaseTokenAuthentication):
    """``Authorization: Token …``."""
