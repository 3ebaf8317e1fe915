"""How a command ends that cannot do its work."""


class CommandFailed(Exception):
    """A failure with one clear sentence."""
