"""What a report becomes when it leaves the house: one page, one file, a PDF, a message, slides."""
