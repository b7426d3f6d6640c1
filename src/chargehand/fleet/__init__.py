"""The fleet: machines behind adapters, their live state, and the telemetry store of its own.

Everything here is `step(now_us)`: no event loop, and no clock of its own. It records no events by itself; it hands back
what happened, and whoever called writes it to the log.
"""
