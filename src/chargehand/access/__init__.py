"""Principals, roles and credentials: who is asking, and what they may ask."""
