//! Every query of the store, by name. [`ALL`] lets one test prepare each of them against a migrated
//! database, so that a misspelt column cannot ship.

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $sql;)*
        /// Name and text of each.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// One row of values for `chunks`.
macro_rules! chunk_values {
    () => {
        "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
    };
}

/// Four rows of them.
macro_rules! four_chunk_values {
    () => {
        concat!(
            chunk_values!(),
            ",",
            chunk_values!(),
            ",",
            chunk_values!(),
            ",",
            chunk_values!()
        )
    };
}

macro_rules! insert_chunks {
    ($values:expr) => {
        concat!(
            "INSERT INTO chunks (session_id, file_id, sequence_number, is_parity, chunk_id, status, len, ",
            "checksum, created_at) VALUES ",
            $values,
            " ON CONFLICT DO NOTHING"
        )
    };
}

/// Rows that [`INSERT_CHUNKS`] takes.
pub(super) const CHUNKS_AT_ONCE: usize = 16;

queries! {
    BEGIN = "BEGIN IMMEDIATE";
    CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)";
    USER_VERSION = "PRAGMA user_version";
    REFUSE_WRITES = "PRAGMA query_only = ON";
    TAKE_WRITES = "PRAGMA query_only = OFF";
    QUICK_CHECK = "PRAGMA quick_check(1)";
    INTEGRITY_CHECK = "PRAGMA integrity_check(20)";
    APPLICATION_ID = "PRAGMA application_id";
    COUNT_TABLES = "SELECT count(*) FROM sqlite_schema";

    INSERT_SESSION = "INSERT INTO sessions (session_id, direction, peer, peer_addresses, sources, title, file_path, \
        status, reason, priority, parity, chunk_size, folder, limit_bps, note, attempt, created_at, updated_at, owes_end) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    SESSION = "SELECT * FROM sessions WHERE session_id = ?";
    SESSIONS = "SELECT * FROM sessions ORDER BY created_at DESC, rowid DESC";
    UNFINISHED = "SELECT * FROM sessions WHERE status NOT IN ('completed', 'failed', 'cancelled') \
        ORDER BY created_at, rowid";
    FIND_SESSIONS = "SELECT session_id FROM sessions WHERE substr(lower(hex(session_id)), 1, length(?1)) = ?1 \
        ORDER BY session_id LIMIT ?2";
    SESSION_STATUS = "SELECT status FROM sessions WHERE session_id = ?";
    MOVE_SESSION = "UPDATE sessions SET status = ?, reason = ?, failure = ?, updated_at = ?, \
        finished_at = ? WHERE session_id = ?";
    SET_REASON = "UPDATE sessions SET reason = ?, failure = ?, updated_at = ? WHERE session_id = ?";
    SET_TOTALS = "UPDATE sessions SET files = ?, file_size = ?, total_chunks = ?, scan_complete = ? \
        WHERE session_id = ?";
    SET_FOLDER = "UPDATE sessions SET folder = ? WHERE session_id = ?";
    SET_RULES = "UPDATE sessions SET rules = ? WHERE session_id = ?";
    SET_PRIORITY = "UPDATE sessions SET priority = ? WHERE session_id = ?";
    SET_LIMIT = "UPDATE sessions SET limit_bps = ? WHERE session_id = ?";
    SET_PEER_ADDRESSES = "UPDATE sessions SET peer_addresses = ? WHERE session_id = ?";
    SET_TITLE = "UPDATE sessions SET title = ? WHERE session_id = ?";
    RETRY_SESSION = "UPDATE sessions SET status = ?, reason = NULL, failure = NULL, attempt = ?, updated_at = ?, \
        finished_at = NULL WHERE session_id = ?";
    SET_ATTEMPT = "UPDATE sessions SET attempt = ? WHERE session_id = ?";
    SET_OWES_END = "UPDATE sessions SET owes_end = ? WHERE session_id = ?";
    SET_DEADLINE = "UPDATE sessions SET deadline_at = ? WHERE session_id = ?";
    SET_CLEAN = "UPDATE sessions SET clean = ? WHERE session_id = ?";
    REMOVE_SESSION = "DELETE FROM sessions WHERE session_id = ? AND status IN ('completed', 'failed', 'cancelled')";

    /// Nothing, if it would repeat the newest.
    ADD_TURN = "INSERT INTO turns (session_id, number, at, status, reason, about) \
        SELECT ?1, coalesce((SELECT max(number) FROM turns WHERE session_id = ?1), -1) + 1, ?2, ?3, ?4, ?5 \
        WHERE NOT EXISTS (SELECT 1 FROM turns WHERE session_id = ?1 AND status = ?3 AND reason IS ?4 AND about IS ?5 \
        AND number = (SELECT max(number) FROM turns WHERE session_id = ?1))";
    /// Not the first, which is the beginning.
    DROP_OLD_TURNS = "DELETE FROM turns WHERE session_id = ?1 AND number > 0 AND number <= \
        (SELECT max(number) FROM turns WHERE session_id = ?1) - ?2";
    TURNS = "SELECT at, status, reason, about FROM turns WHERE session_id = ? ORDER BY number";

    NEXT_ROOT = "SELECT coalesce(max(ordinal) + 1, 0) FROM roots WHERE session_id = ?";
    INSERT_ROOT = "INSERT INTO roots (session_id, ordinal, name, kind, source_path) VALUES (?, ?, ?, ?, ?)";
    NAME_FIRST_ROOT = "UPDATE sessions SET file_path = ? WHERE session_id = ? AND file_path = ''";
    ROOTS = "SELECT * FROM roots WHERE session_id = ? AND withdrawn = 0 ORDER BY ordinal LIMIT ?";
    ROOT_COUNT = "SELECT count(*) FROM roots WHERE session_id = ? AND withdrawn = 0";
    /// Of every transfer that has ended: its first ?1 roots, how many it has, and what its one file has as its BLAKE3
    /// root if it is nothing else.
    ENDED_ROOTS = "SELECT session_id, ordinal, name, kind, source_path, placed_path, root_count, \
        CASE WHEN root_count = 1 AND kind = 'file' THEN (SELECT entry.root FROM entries AS entry \
        WHERE entry.session_id = shown.session_id AND entry.withdrawn = 0 ORDER BY entry.file_id LIMIT 1) END AS root \
        FROM (SELECT *, row_number() OVER (PARTITION BY session_id ORDER BY ordinal) AS place, \
        count(*) OVER (PARTITION BY session_id) AS root_count FROM roots WHERE withdrawn = 0 AND session_id IN \
        (SELECT session_id FROM sessions WHERE status IN ('completed', 'failed', 'cancelled'))) AS shown \
        WHERE place <= ?1 ORDER BY session_id, ordinal";
    /// The root of an entry, if it is one: the first of its name, because what replaces it comes later.
    WITHDRAW_ROOT = "UPDATE roots SET withdrawn = 1 WHERE session_id = ?1 AND ordinal = \
        (SELECT min(ordinal) FROM roots WHERE session_id = ?1 AND withdrawn = 0 AND name = \
        (SELECT rel_path FROM entries WHERE session_id = ?1 AND file_id = ?2))";
    PLACE_ROOT = "UPDATE roots SET placed_path = ? WHERE session_id = ? AND ordinal = ?";

    INSERT_ENTRY = "INSERT INTO entries (session_id, file_id, rel_path, kind, len, modified_ns, mode, link_target, \
        source_path, source_len, source_modified_ns, source_file_id, withdrawn) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    SET_FATE = "UPDATE entries SET stored_path = ?, fate = ? WHERE session_id = ? AND file_id = ?";
    SET_UNWANTED = "UPDATE entries SET fate = 1 WHERE session_id = ? AND file_id >= ? AND file_id < ?";
    SET_ALL_WANTED = "UPDATE entries SET fate = 0 WHERE session_id = ? AND fate <> 0";
    UNWANTED = "SELECT file_id FROM entries WHERE session_id = ? AND fate = 1 ORDER BY file_id";
    ENTRIES = "SELECT * FROM entries WHERE session_id = ? AND file_id >= ? ORDER BY file_id LIMIT ?";
    FIRST_ROOT = "SELECT root FROM entries WHERE session_id = ? AND withdrawn = 0 ORDER BY file_id LIMIT 1";
    ENTRY_COUNT = "SELECT coalesce(max(file_id) + 1, 0) FROM entries WHERE session_id = ?";
    /// By its index, which SQLite would not choose: all that is done would be read to find what is not.
    UNFINISHED_FILES = "SELECT * FROM entries INDEXED BY entries_unfinished WHERE session_id = ? AND file_id >= ? AND done = 0 \
        AND kind = 'file' AND withdrawn = 0 ORDER BY file_id LIMIT ?";
    LEFT_OUT_ENTRIES = "SELECT * FROM entries INDEXED BY entries_left_out WHERE session_id = ? AND file_id >= ? \
        AND (withdrawn = 1 OR fate = 1) ORDER BY file_id LIMIT ?";
    /// Of a sender, which keeps no mark on files that are done but on the one that names the transfer.
    OPEN_FILES = "SELECT * FROM entries AS entry WHERE session_id = ? AND file_id >= ? AND kind = 'file' \
        AND done = 0 AND withdrawn = 0 AND fate <> 1 AND len > coalesce((SELECT sum(chunk.len) FROM chunks AS chunk \
        WHERE chunk.session_id = entry.session_id AND chunk.file_id = entry.file_id AND chunk.is_parity = 0), 0) \
        ORDER BY file_id LIMIT ?";
    FILE_DONE = "UPDATE entries SET done = 1, root = ? WHERE session_id = ? AND file_id = ? AND kind = 'file' \
        AND done = 0 AND withdrawn = 0";
    WITHDRAW_ENTRY = "UPDATE entries SET withdrawn = 1, root = NULL WHERE session_id = ? AND file_id = ? AND kind = 'file' \
        AND withdrawn = 0";
    SET_FILE_ROOT = "UPDATE entries SET root = ? WHERE session_id = ? AND file_id = ? AND kind = 'file' \
        AND withdrawn = 0";
    FILE_UNDONE = "UPDATE entries SET done = 0, root = NULL WHERE session_id = ? AND file_id = ? AND done = 1";
    COUNT_FILES_DONE = "UPDATE sessions SET files_done = files_done + ? WHERE session_id = ?";
    DROP_ENTRIES = "DELETE FROM entries WHERE session_id = ?1 AND file_id IN \
        (SELECT file_id FROM entries WHERE session_id = ?1 LIMIT ?2)";

    INSERT_CHUNK = insert_chunks!(chunk_values!());
    /// [`CHUNKS_AT_ONCE`] rows; answers with those that are new.
    INSERT_CHUNKS = concat!(
        insert_chunks!(concat!(
            four_chunk_values!(), ",", four_chunk_values!(), ",", four_chunk_values!(), ",", four_chunk_values!()
        )),
        " RETURNING session_id, len, is_parity"
    );
    COUNT_CHUNKS = "UPDATE sessions SET completed_chunks = completed_chunks + ?, \
        bytes_transferred = bytes_transferred + ?, updated_at = max(updated_at, ?) WHERE session_id = ?";
    CHUNKS = "SELECT file_id, sequence_number, checksum FROM chunks WHERE session_id = ? AND is_parity = 0 \
        ORDER BY file_id, sequence_number";
    CHUNKS_OF_FILE = "SELECT file_id, sequence_number, checksum FROM chunks WHERE session_id = ? AND file_id = ? \
        AND is_parity = 0 ORDER BY sequence_number";
    DURABLE_OF_FILES = "SELECT file_id, sum(len) AS bytes FROM chunks WHERE session_id = ? AND file_id >= ? \
        AND file_id <= ? AND is_parity = 0 GROUP BY file_id";
    NEXT_CHUNK_ID = "SELECT coalesce(max(chunk_id) + 1, 0) FROM chunks WHERE session_id = ?";
    /// ?2 chunks in ?3 cells, as `ChunkMap` has them. Answers from the index alone.
    CELLS = "SELECT ((chunk_id + 1) * ?3 - 1) / ?2 AS cell, count(*) AS chunks FROM chunks \
        WHERE session_id = ?1 AND is_parity = 0 GROUP BY cell";
    REBUILT_CELLS = "SELECT ((chunk_id + 1) * ?3 - 1) / ?2 AS cell, count(*) AS chunks FROM chunks \
        INDEXED BY chunks_rebuilt WHERE session_id = ?1 AND status = 1 AND is_parity = 0 GROUP BY cell";
    REBUILT = "SELECT file_id, sequence_number FROM chunks INDEXED BY chunks_rebuilt \
        WHERE session_id = ? AND status = 1 AND is_parity = 0";
    NEWEST_CHUNKS = "SELECT file_id, sequence_number, checksum FROM chunks WHERE session_id = ? AND is_parity = 0 \
        ORDER BY created_at DESC LIMIT ?";
    FORGET_CHUNK = "DELETE FROM chunks WHERE session_id = ? AND file_id = ? AND sequence_number = ? \
        AND is_parity = 0 RETURNING len";
    CHUNK_SUM_OF_FILE = "SELECT count(*), coalesce(sum(len), 0) FROM chunks WHERE session_id = ? AND file_id = ? \
        AND is_parity = 0";
    DROP_CHUNKS_OF_FILE = "DELETE FROM chunks WHERE session_id = ? AND file_id = ?";
    /// A slice, so that other writers get their turn.
    DROP_CHUNKS = "DELETE FROM chunks WHERE session_id = ?1 AND (file_id, sequence_number, is_parity) IN \
        (SELECT file_id, sequence_number, is_parity FROM chunks WHERE session_id = ?1 LIMIT ?2)";

    NOTE_SEEN = "INSERT INTO devices (device_id, own_name, addresses, first_seen, last_seen) \
        VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (device_id) DO UPDATE SET own_name = excluded.own_name, \
        addresses = excluded.addresses, first_seen = coalesce(first_seen, excluded.first_seen), \
        last_seen = excluded.last_seen";
    SET_ROLE = "INSERT INTO devices (device_id, role, name, known) VALUES (?1, ?2, ?3, 1) \
        ON CONFLICT (device_id) DO UPDATE SET role = excluded.role, name = coalesce(excluded.name, name), known = 1";
    DEVICE = "SELECT * FROM devices WHERE device_id = ?";
    DEVICES = "SELECT * FROM devices ORDER BY known DESC, coalesce(name, own_name) COLLATE NOCASE, device_id";
    DEVICES_BY_NAME = "SELECT * FROM devices WHERE coalesce(name, own_name) = ? COLLATE NOCASE \
        ORDER BY known DESC, device_id";
    SET_DEVICE_LIMITS = "INSERT INTO devices (device_id, send_limit, receive_limit) VALUES (?1, ?2, ?3) \
        ON CONFLICT (device_id) DO UPDATE SET send_limit = excluded.send_limit, receive_limit = excluded.receive_limit";
    WELCOMES = "SELECT welcomes FROM devices WHERE device_id = ?";
    SET_WELCOMES = "UPDATE devices SET welcomes = ?2 WHERE device_id = ?1 AND welcomes <> ?2";
    FORGET_DEVICE = "DELETE FROM devices WHERE device_id = ?";

    RULE = "SELECT rule FROM rules WHERE device_id = ?";
    RULES = "SELECT device_id, rule FROM rules";
    SET_RULE = "INSERT INTO rules (device_id, rule) VALUES (?, ?) \
        ON CONFLICT (device_id) DO UPDATE SET rule = excluded.rule";
    FORGET_RULE = "DELETE FROM rules WHERE device_id = ?";

    /// An alarm that was acknowledged stays so: a person has decided about this very key.
    RAISE_ALARM = "INSERT INTO alarms (kind, device_id, found, address, at, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) \
        ON CONFLICT (kind, device_id, found) DO UPDATE SET count = count + 1, last_at = excluded.last_at, \
        address = excluded.address RETURNING id, count, acknowledged_at";
    COUNT_ALARMS = "SELECT count(*) FROM alarms";
    HAS_ALARM = "SELECT count(*) FROM alarms WHERE kind = ? AND device_id = ? AND found = ?";
    DROP_OLD_ALARM = "DELETE FROM alarms WHERE id = \
        (SELECT id FROM alarms WHERE acknowledged_at IS NOT NULL ORDER BY last_at LIMIT 1)";
    ALARMS = "SELECT * FROM alarms ORDER BY id DESC";
    OPEN_ALARMS_OF = "SELECT count(*) FROM alarms WHERE kind = ?1 AND acknowledged_at IS NULL \
        AND (?1 = 'other_key' AND device_id = ?2 OR ?1 = 'same_name' AND found = ?2)";
    ACKNOWLEDGE_ALARM = "UPDATE alarms SET acknowledged_at = ?2 WHERE id = ?1 AND acknowledged_at IS NULL \
        RETURNING device_id, found";
    FORGET_ALARMS = "DELETE FROM alarms WHERE device_id = ?1 OR found = ?1";

    WATCHED = "SELECT * FROM watched ORDER BY id";
    ADD_WATCHED = "INSERT INTO watched (path, device_id, ignored) VALUES (?, ?, ?) RETURNING id";
    CHANGE_WATCHED = "UPDATE watched SET paused = ?2, ignored = ?3 WHERE id = ?1";
    REMOVE_WATCHED = "DELETE FROM watched WHERE id = ?";
    WATCHED_ITEMS = "SELECT name, print FROM watched_items WHERE watched_id = ?";
    SET_WATCHED_ITEM = "INSERT INTO watched_items (watched_id, name, print) VALUES (?, ?, ?) \
        ON CONFLICT (watched_id, name) DO UPDATE SET print = excluded.print";
    DROP_WATCHED_ITEM = "DELETE FROM watched_items WHERE watched_id = ? AND name = ?";

    FOLLOWED = "SELECT new_id FROM rotations WHERE old_id = ?";
    HAS_SESSIONS_WITH = "SELECT EXISTS (SELECT 1 FROM sessions WHERE peer = ?)";
    /// Fails for a key that has led elsewhere: the first change counts.
    RECORD_ROTATION = "INSERT INTO rotations (old_id, new_id, at) VALUES (?, ?, ?)";
    MOVE_DEVICE = "UPDATE devices SET device_id = ?2 WHERE device_id = ?1";
    MOVE_RULE = "UPDATE rules SET device_id = ?2 WHERE device_id = ?1";
    MOVE_PATHS = "UPDATE OR REPLACE paths SET device_id = ?2 WHERE device_id = ?1";
    /// That the new key was found where the old one was is no news any more.
    SETTLE_ALARMS = "DELETE FROM alarms WHERE found = ?2 AND (device_id = ?1 OR kind = 'same_name')";
    MOVE_ALARMS = "UPDATE OR REPLACE alarms SET device_id = ?2 WHERE device_id = ?1";
    MOVE_SESSIONS = "UPDATE sessions SET peer = ?2 WHERE peer = ?1";
    MOVE_WATCHED = "UPDATE OR IGNORE watched SET device_id = ?2 WHERE device_id = ?1";
    FORGET_WATCHED = "DELETE FROM watched WHERE device_id = ?";
    COUNT_ROTATIONS = "SELECT count(*) FROM rotations";
    LATEST = "WITH RECURSIVE chain (id, step) AS (SELECT ?, 0 \
        UNION ALL SELECT new_id, step + 1 FROM rotations JOIN chain ON old_id = id WHERE step < 4096) \
        SELECT id FROM chain ORDER BY step DESC LIMIT 1";
    FORGET_ROTATIONS = "WITH RECURSIVE chain (id) AS (SELECT ? \
        UNION SELECT old_id FROM rotations JOIN chain ON new_id = id) \
        DELETE FROM rotations WHERE new_id IN (SELECT id FROM chain)";

    PATHS = "SELECT * FROM paths ORDER BY at DESC LIMIT ?";
    SET_PATH = "INSERT INTO paths (device_id, network, rtt_us, variation_us, rate, loss, bytes, at) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device_id, network) DO UPDATE SET rtt_us = excluded.rtt_us, \
        variation_us = excluded.variation_us, rate = excluded.rate, loss = excluded.loss, bytes = excluded.bytes, \
        at = excluded.at";
    DROP_OLD_PATHS = "DELETE FROM paths WHERE (device_id, network) IN \
        (SELECT device_id, network FROM paths ORDER BY at DESC LIMIT -1 OFFSET ?)";
    FORGET_PATHS = "DELETE FROM paths WHERE device_id = ?";

    APPEND_EVENT = "INSERT INTO events (at, last_at, count, origin, kind, device, session, detail) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    COUNT_EVENT = "UPDATE events SET count = ?2, last_at = ?3 WHERE id = ?1";
    DROP_OLD_EVENTS = "DELETE FROM events WHERE origin = ?1 AND id <= \
        (SELECT id FROM events WHERE origin = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    DROP_AGED_EVENTS = "DELETE FROM events WHERE last_at < ?";
    /// Kinds as words with a space on either side; all if there are none.
    EVENTS = "SELECT * FROM events WHERE id < ?1 AND (?2 IS NULL OR device = ?2) AND last_at >= ?3 AND at < ?4 \
        AND (?5 = '' OR instr(?5, ' ' || kind || ' ') > 0) ORDER BY id DESC LIMIT ?6";

    SETTING = "SELECT value FROM settings WHERE key = ?";
    SET_SETTING = "INSERT INTO settings (key, value) VALUES (?, ?) \
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

#[cfg(test)]
mod tests {
    use sqlx::Executor as _;

    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn every_query_fits_the_migrated_database() {
        let store = testing::memory().await;
        let mut connection = store.writer.acquire().await.expect("a connection");
        for (name, sql) in ALL {
            if let Err(error) = connection.prepare(sqlx::SqlStr::from_static(sql)).await {
                panic!("{name}: {error}\n{sql}");
            }
        }
    }

    /// A query that is written elsewhere would escape the test above.
    #[test]
    fn no_query_is_written_elsewhere() {
        for (file, text) in [
            ("alarms.rs", include_str!("alarms.rs")),
            ("chunks.rs", include_str!("chunks.rs")),
            ("devices.rs", include_str!("devices.rs")),
            ("entries.rs", include_str!("entries.rs")),
            ("events.rs", include_str!("events.rs")),
            ("fates.rs", include_str!("fates.rs")),
            ("mod.rs", include_str!("mod.rs")),
            ("overview.rs", include_str!("overview.rs")),
            ("paths.rs", include_str!("paths.rs")),
            ("removal.rs", include_str!("removal.rs")),
            ("rescue.rs", include_str!("rescue.rs")),
            ("roots.rs", include_str!("roots.rs")),
            ("rotations.rs", include_str!("rotations.rs")),
            ("rules.rs", include_str!("rules.rs")),
            ("sessions.rs", include_str!("sessions.rs")),
            ("settings.rs", include_str!("settings.rs")),
            ("transition.rs", include_str!("transition.rs")),
            ("turns.rs", include_str!("turns.rs")),
            ("withdrawal.rs", include_str!("withdrawal.rs")),
        ] {
            let shipped = text
                .split("#[cfg(test)]\nmod tests")
                .next()
                .unwrap_or_default();
            assert!(!shipped.contains("query(\""), "{file}");
            assert!(!shipped.contains("raw_sql("), "{file}");
        }
    }
}
