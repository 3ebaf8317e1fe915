"""Photos and attachments: taken in, checked, re-encoded, kept private and shown only to those who may see them."""
