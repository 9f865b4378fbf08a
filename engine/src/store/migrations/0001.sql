-- The first layout. Times are milliseconds since 1970, sizes are bytes, words are those of the core.
-- A shipped migration never changes: what is to be different goes into the next number.

PRAGMA application_id = 0x43535250; -- "CSRP"

CREATE TABLE sessions (
    session_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    direction         TEXT    NOT NULL,
    peer              BLOB    NOT NULL CHECK (length(peer) = 20),
    peer_addresses    TEXT    NOT NULL,              -- JSON array of hints, best first
    sources           TEXT    NOT NULL DEFAULT '[]',
    title             TEXT    NOT NULL,
    file_path         TEXT    NOT NULL,              -- the first root: its source path, or its name as sent
    file_size         INTEGER NOT NULL DEFAULT 0,    -- bytes announced so far
    status            TEXT    NOT NULL,
    reason            TEXT,
    failure           TEXT,                          -- JSON of api::Failure
    priority          TEXT    NOT NULL,
    parity            TEXT    NOT NULL,
    chunk_size        INTEGER NOT NULL,
    total_chunks      INTEGER NOT NULL DEFAULT 0,
    completed_chunks  INTEGER NOT NULL DEFAULT 0,    -- data chunks that have a row, parity not counted
    bytes_transferred INTEGER NOT NULL DEFAULT 0,    -- bytes in those chunks
    files             INTEGER NOT NULL DEFAULT 0,
    files_done        INTEGER NOT NULL DEFAULT 0,
    scan_complete     INTEGER NOT NULL DEFAULT 0,
    folder            TEXT,
    rules             TEXT,                          -- receivers only: JSON of how an offer was accepted
    limit_bps         INTEGER,
    note              TEXT,
    clean             INTEGER NOT NULL DEFAULT 1,    -- 0 while files are written: found so at a start, it was a crash
    attempt           INTEGER NOT NULL DEFAULT 0,    -- how often it was retried after an end
    owes_end          INTEGER NOT NULL DEFAULT 0,    -- 1: the other device knows of it and has not heard of its end
    deadline_at       INTEGER,                       -- senders: given up if its device was not reached by then
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    finished_at       INTEGER
);
CREATE INDEX sessions_by_time ON sessions (created_at);

-- The time line of a transfer: what it turned to, and why.
CREATE TABLE turns (
    session_id BLOB    NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,                     -- only grows; the first stays, later ones go when they are many
    at         INTEGER NOT NULL,
    status     TEXT    NOT NULL,
    reason     TEXT,
    about      TEXT,                                 -- what the failure that went with it was about
    PRIMARY KEY (session_id, number)
) WITHOUT ROWID;

CREATE TABLE roots (
    session_id  BLOB    NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    source_path TEXT,
    placed_path TEXT,
    withdrawn   INTEGER NOT NULL DEFAULT 0,          -- 1 once its entry is
    PRIMARY KEY (session_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE entries (
    session_id         BLOB    NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    file_id            INTEGER NOT NULL,
    rel_path           TEXT    NOT NULL,
    stored_path        TEXT,                         -- receivers only: where it is stored instead
    fate               INTEGER NOT NULL DEFAULT 0,   -- 0 wanted, 1 not received, 2 compared first
    kind               TEXT    NOT NULL,
    len                INTEGER NOT NULL,
    modified_ns        INTEGER,
    mode               INTEGER,
    link_target        TEXT,
    source_path        TEXT,                         -- senders only
    source_len         INTEGER,                      -- the source's fingerprint, senders only
    source_modified_ns INTEGER,
    source_file_id     INTEGER,
    root               BLOB CHECK (root IS NULL OR length(root) = 32),
    done               INTEGER NOT NULL DEFAULT 0,
    withdrawn          INTEGER NOT NULL DEFAULT 0,   -- 1 once it is no part of the transfer any more
    PRIMARY KEY (session_id, file_id)
) WITHOUT ROWID;
CREATE INDEX entries_unfinished ON entries (session_id, file_id) WHERE done = 0 AND kind = 'file';
CREATE INDEX entries_left_out ON entries (session_id, file_id) WHERE withdrawn = 1 OR fate = 1;

CREATE TABLE chunks (
    session_id      BLOB    NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    file_id         INTEGER NOT NULL,
    sequence_number INTEGER NOT NULL,
    is_parity       INTEGER NOT NULL,
    chunk_id        INTEGER NOT NULL,                -- number over the whole transfer
    status          INTEGER NOT NULL,                -- 0 received, 1 rebuilt from parity, 2 acknowledged by the receiver
    len             INTEGER NOT NULL,
    checksum        BLOB    NOT NULL CHECK (length(checksum) = 32),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (session_id, file_id, sequence_number, is_parity)
) WITHOUT ROWID;
CREATE INDEX chunks_by_id ON chunks (session_id, chunk_id);
CREATE INDEX chunks_rebuilt ON chunks (session_id) WHERE status = 1;

CREATE TABLE devices (
    device_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(device_id) = 20),
    name       TEXT,                                 -- given here
    own_name   TEXT    NOT NULL DEFAULT '',          -- what it calls itself
    role       TEXT    NOT NULL DEFAULT 'ask',
    known      INTEGER NOT NULL DEFAULT 0,           -- 1 once somebody decided about it here
    addresses  TEXT    NOT NULL DEFAULT '[]',        -- JSON array, best first
    first_seen INTEGER,
    last_seen  INTEGER,
    send_limit    INTEGER,                           -- bytes per second to it, no limit if NULL
    receive_limit INTEGER,                           -- and from it
    welcomes   INTEGER NOT NULL DEFAULT 0            -- 1 if it took our last offer without asking, and holds early chunks
);

-- What a device may bring without a question.
CREATE TABLE rules (
    device_id BLOB NOT NULL PRIMARY KEY CHECK (length(device_id) = 20),
    rule      TEXT NOT NULL                          -- JSON
) WITHOUT ROWID;

-- Devices that have changed their key: where each old one was followed to. As long as the device is known, its old keys
-- are worth nothing.
CREATE TABLE rotations (
    old_id BLOB    NOT NULL PRIMARY KEY CHECK (length(old_id) = 20),
    new_id BLOB    NOT NULL CHECK (length(new_id) = 20),
    at     INTEGER NOT NULL
) WITHOUT ROWID;

-- Where another key was found than the one that is known.
CREATE TABLE alarms (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,
    device_id       BLOB    NOT NULL CHECK (length(device_id) = 20),
    found           BLOB    NOT NULL CHECK (length(found) = 20),
    address         TEXT    NOT NULL,
    at              INTEGER NOT NULL,
    last_at         INTEGER NOT NULL,
    count           INTEGER NOT NULL DEFAULT 1,
    acknowledged_at INTEGER,                         -- by a person
    UNIQUE (kind, device_id, found)
);

-- Folders whose content goes to a device.
CREATE TABLE watched (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    path      TEXT    NOT NULL,
    device_id BLOB    NOT NULL CHECK (length(device_id) = 20),
    ignored   TEXT    NOT NULL,                      -- JSON array of patterns of names
    paused    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (path, device_id)
);

-- What of them has been sent.
CREATE TABLE watched_items (
    watched_id INTEGER NOT NULL REFERENCES watched (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    print      BLOB    NOT NULL CHECK (length(print) = 32),
    PRIMARY KEY (watched_id, name)
) WITHOUT ROWID;

-- What the way to a device is like, by the prefixes of both ends' addresses.
CREATE TABLE paths (
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 20),
    network      TEXT    NOT NULL,
    rtt_us       INTEGER NOT NULL,                   -- the smallest round trip
    variation_us INTEGER NOT NULL,
    rate         REAL    NOT NULL,                   -- bytes per second that arrived
    loss         REAL    NOT NULL,                   -- 0 to 1
    bytes        INTEGER NOT NULL,                   -- that this was learnt from
    at           INTEGER NOT NULL,
    PRIMARY KEY (device_id, network)
) WITHOUT ROWID;

-- No reference to sessions or devices: what happened stays true when they are gone.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    last_at INTEGER NOT NULL,                        -- when it happened last, if more than once
    count   INTEGER NOT NULL,                        -- how often: the same within ten minutes is one row
    origin  INTEGER NOT NULL,                        -- 0 done here, 1 by a known device, 2 by a stranger
    kind    TEXT    NOT NULL,
    device  BLOB,
    session BLOB,
    detail  TEXT    NOT NULL                         -- JSON object of texts
);
CREATE INDEX events_by_origin ON events (origin, id);

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
