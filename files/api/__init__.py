"""Files over REST."""
