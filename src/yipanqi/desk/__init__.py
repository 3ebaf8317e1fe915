"""The office's screens: inboxes, lists, the case page, board, figures, settings, system."""
