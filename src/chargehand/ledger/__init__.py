"""The tamper-evident ledger over the log: tree, signed checkpoints, proofs, export and the verifier that runs alone."""
