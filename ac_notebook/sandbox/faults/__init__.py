"""Faults on demand: what goes wrong between a client and the service, at the request that is named, or by chance."""
