"""What the bot answers: one short function a message or button. Each calls at most one action."""
