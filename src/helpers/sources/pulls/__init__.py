"""Pulls: what to ask a system's interface for (one TOML a pull), and the steps of asking it."""
