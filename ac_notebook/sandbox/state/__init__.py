"""What an account holds: contacts, lists, custom fields, tags, groups; every change is told to the ledger."""
