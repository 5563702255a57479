"""The part of the sandbox that serves any API; it imports no plug-in."""
