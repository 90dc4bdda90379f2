"""Adapters: files of one system in, tidy frames out."""
