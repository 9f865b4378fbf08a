"""Fills the database of a data folder with transfers that have ended: what years of use leave behind."""

import hashlib
import os
import sqlite3

# By turns; each tenth transfer is a selection of so many photographs.
ENDS = [("send", "completed"), ("receive", "completed"), ("receive", "cancelled"), ("send", "failed")]
SELECTION = 40


def fill(data, transfers):
    """`data` must have been used once, and not be in use."""
    database = sqlite3.connect(os.path.join(data, "chunkstream.db"))
    directions = {"send": "sending", "receive": "receiving"}
    with database:
        for number in range(transfers):
            way, status = ENDS[number % len(ENDS)]
            digest = hashlib.blake2b(str(number).encode(), digest_size=32).digest()
            session, roots = digest[:16], SELECTION if number % 10 == 9 else 1
            done, at = status == "completed", 1_700_000_000_000 + number * 1000
            database.execute(
                "INSERT INTO sessions (session_id, direction, peer, peer_addresses, title, file_path, file_size, status, priority, "
                "parity, chunk_size, total_chunks, bytes_transferred, files, files_done, scan_complete, folder, created_at, "
                "updated_at, finished_at) VALUES (?, ?, ?, '[]', ?, ?, ?, ?, 'normal', 'auto', 524288, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
                (
                    *(session, directions[way], bytes([number % 5 + 1]) * 20, *[f"IMG_{number:05} evening.jpg"] * 2),
                    *(roots * 1_000_000, status, roots, roots * (1_000_000 if done else 500_000), roots, roots * done),
                    *("/home/ada/Pictures" if way == "receive" else None, at, at, at),
                ),
            )
            for root in range(roots):
                name = f"IMG_{number:05}_{root}.jpg"
                database.execute(
                    "INSERT INTO roots (session_id, ordinal, name, kind, source_path) VALUES (?, ?, ?, 'file', ?)",
                    (session, root, name, f"/home/ada/Pictures/{name}"),
                )
                database.execute(
                    "INSERT INTO entries (session_id, file_id, rel_path, kind, len, root, done) VALUES (?, ?, ?, 'file', 1000000, ?, ?)",
                    (session, root, name, digest, done),
                )
    database.close()
