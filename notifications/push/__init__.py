"""Web push (RFC 8030): a short message to a member's browsers, also while no page of this site is open there."""
