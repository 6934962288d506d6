"""What is kept on disk: keys, connections, the journal, and the shared use of the account's limits."""
