"""Running the whole marketplace on one machine: ``manage.py run``."""
