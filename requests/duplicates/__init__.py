"""Finding proposals that nearly repeat another one. A hint for the client, never a refusal."""
