"""What is said of a run where people already are: posts to Slack and Teams, the daily message."""
