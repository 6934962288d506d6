"""What a notebook file gives away: its texts, and keys, addresses and phones among them. Pure: no disk, no network."""
