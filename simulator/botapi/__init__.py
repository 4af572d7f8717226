"""The Bot API as bots see it: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""
