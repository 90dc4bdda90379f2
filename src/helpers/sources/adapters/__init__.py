"""Data sets that come whole, each with a reader of its own: name one as `adapter` in company.toml."""
