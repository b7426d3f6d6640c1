"""Durable mechanics: stores, the log, group commit, leases. It knows no domain."""
