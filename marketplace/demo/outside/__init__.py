"""Texts from outside the project, read where ``--texts`` names a folder."""
