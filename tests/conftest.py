"""Servers, database and the cast of people that all tests share."""
