"""The marketplace's pulse for its staff: requests per minute, growth, funnel, health."""
