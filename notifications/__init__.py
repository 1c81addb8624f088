"""Events and how people learn of them: topics, preferences, deliveries, channels, the live stream."""
