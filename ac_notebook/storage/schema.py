"""The tables of the state database, and how each version of them became the next."""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE connections (
        name TEXT PRIMARY KEY,
        definition TEXT NOT NULL
    ) STRICT;
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        connection TEXT NOT NULL,
        owner TEXT NOT NULL,
        automations INTEGER NOT NULL,
        started TEXT NOT NULL,
        ended TEXT,
        state TEXT NOT NULL,
        counts TEXT
    ) STRICT;
    CREATE TABLE batches (
        run TEXT NOT NULL REFERENCES runs (id),
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        batch TEXT,
        contacts INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sent TEXT NOT NULL,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        outcomes BLOB,
        PRIMARY KEY (run, number)
    ) STRICT;
    CREATE TABLE baselines (
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        updated TEXT NOT NULL,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        outcomes BLOB NOT NULL,
        PRIMARY KEY (account, list, identity)
    ) STRICT;
    CREATE INDEX runs_of_export ON runs (account, list, identity, started);
    """,
    """
    ALTER TABLE runs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
    """,
    """
    CREATE TABLE batches_in_order (
        serial INTEGER PRIMARY KEY,
        run TEXT NOT NULL REFERENCES runs (id),
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        batch TEXT,
        contacts INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sent TEXT NOT NULL,
        outcomes BLOB,
        digest BLOB,
        seal BLOB,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        UNIQUE (run, number)
    ) STRICT;
    INSERT INTO batches_in_order
        SELECT rowid, run, number, state, batch, contacts, bytes, sent, outcomes, NULL, NULL, addresses, contents
        FROM batches ORDER BY rowid;
    DROP TABLE batches;
    ALTER TABLE batches_in_order RENAME TO batches;
    CREATE TABLE baselines_sealed (
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        updated TEXT NOT NULL,
        digest BLOB,
        seal BLOB,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        outcomes BLOB NOT NULL,
        PRIMARY KEY (account, list, identity)
    ) STRICT;
    INSERT INTO baselines_sealed
        SELECT account, list, identity, updated, NULL, NULL, addresses, contents, outcomes FROM baselines;
    DROP TABLE baselines;
    ALTER TABLE baselines_sealed RENAME TO baselines;
    ALTER TABLE runs ADD COLUMN seal BLOB;
    DROP INDEX runs_of_export;
    """,
    """
    CREATE TABLE fingerprint_key (
        digest TEXT NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        moment TEXT NOT NULL,
        event TEXT NOT NULL,
        connection TEXT NOT NULL,
        origin TEXT NOT NULL,
        account TEXT NOT NULL,
        host TEXT NOT NULL,
        user TEXT NOT NULL,
        details TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history BEGIN
        SELECT RAISE(ABORT, 'the history is only added to');
    END;
    CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history BEGIN
        SELECT RAISE(ABORT, 'the history is only added to');
    END;
    CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON history
        WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id) BEGIN
        SELECT RAISE(ABORT, 'the history is only added to');
    END;
    """,
    """
    CREATE TABLE segments (
        name TEXT PRIMARY KEY,
        condition TEXT NOT NULL,
        updated TEXT NOT NULL,
        updater TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;
    CREATE TABLE exports (
        name TEXT PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE,
        connection TEXT NOT NULL,
        was TEXT NOT NULL,
        definition TEXT NOT NULL,
        revision INTEGER NOT NULL,
        created TEXT NOT NULL,
        creator TEXT NOT NULL,
        updated TEXT NOT NULL,
        updater TEXT NOT NULL,
        removed TEXT,
        seal BLOB NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE run_records (
        serial INTEGER PRIMARY KEY,
        run TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        list_name TEXT NOT NULL,
        connection TEXT NOT NULL,
        origin TEXT NOT NULL,
        owner TEXT NOT NULL,
        user TEXT NOT NULL,
        started TEXT NOT NULL,
        state TEXT NOT NULL,
        ended TEXT,
        counts TEXT NOT NULL,
        requests INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;
    CREATE TABLE run_details (
        run TEXT PRIMARY KEY,
        beginning TEXT NOT NULL,
        ending TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE members (
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        updated TEXT NOT NULL,
        digest BLOB NOT NULL,
        seal BLOB NOT NULL,
        addresses BLOB NOT NULL,
        keys BLOB NOT NULL,
        former BLOB NOT NULL,
        PRIMARY KEY (account, list, identity)
    ) STRICT;
    """,
    """
    CREATE TABLE schedules (
        identity TEXT PRIMARY KEY,
        definition TEXT NOT NULL,
        since TEXT NOT NULL,
        paused TEXT,
        reason TEXT NOT NULL,
        told TEXT NOT NULL,
        updated TEXT NOT NULL,
        updater TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT;
    CREATE TABLE occasions (
        identity TEXT NOT NULL,
        moment TEXT NOT NULL,
        result TEXT NOT NULL,
        kind TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        begun TEXT NOT NULL,
        ended TEXT,
        seal BLOB NOT NULL,
        PRIMARY KEY (identity, moment)
    ) STRICT;
    """,
)
"""Statements that lead from one version of the schema to the next. Never edited, only added to.

3: checksums; the order of batches as a column of its own (``VACUUM`` may number rows anew that have none); no index,
whose damage would hide rows, where a few thousand short rows are looked through as fast.
4: which key the fingerprints were made with.
5: the history of connections; REPLACE fires no trigger of a removal, so it has one of its own.
6: saved exports, and the segments that they share. Of an export that was removed its name and identity stay, so that
its runs can be told, and so that one that is saved under its name again goes on where it ended.
7: what is told of each run afterwards, also of one that ended before it began to send; ``runs`` stays what new runs are
compared with.
8: whom an export keeps on its list, as of its last run.
9: schedules of exports, and what became of their last due moments, which are claimed there before they are run.
"""
