"""What the staff's page shows: one module for each kind of chart, all of them read from roll-ups."""
