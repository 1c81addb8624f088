"""The live stream: what is sent to browsers that stay connected.

Every member has a durable sequence of entries, written in the transaction that causes them. After commit the members
concerned are announced over Valkey; each stream process then reads what is new for those that are connected to it, so
that live delivery, replay after a reconnect and catching up after Valkey was away are one and the same reading.
"""
