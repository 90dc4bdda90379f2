"""Helpers of the CMO workbook: from a company's marketing exports to figures that a board can trust."""

__version__ = "0.1.0"
