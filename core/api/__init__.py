"""What every API endpoint shares: closed by default, strict about input, one form of error."""
