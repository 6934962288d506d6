"""The page in a browser that shows what a sandbox holds and what arrived: read-only, without scripts."""
