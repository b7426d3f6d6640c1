"""Handlers by noun. Each takes a Call and gives a response; `HANDLERS` of each file ties it to the registry."""
