"""A local stand-in for Telegram: the Bot API over HTTP, a JSON API to drive people and faults, a chat page.

It is a process of its own and imports nothing of the project: what works against it works over the wire.
"""
