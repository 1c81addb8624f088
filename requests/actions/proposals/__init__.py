"""What both sides do with proposals. The row of the request is always locked before those of its proposals."""
