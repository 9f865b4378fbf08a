-- What a database of layout 1 may hold. Never changes.
INSERT INTO sessions (session_id, direction, peer, peer_addresses, title, file_path, file_size, status, reason,
    failure, priority, parity, chunk_size, total_chunks, completed_chunks, bytes_transferred, files, files_done,
    scan_complete, folder, limit_bps, note, clean, created_at, updated_at, finished_at)
VALUES (x'00000000000000000000000000000001', 'receiving', x'0101010101010101010101010101010101010101', '["10.0.0.1:4433"]',
    'Ferien 夏', 'Ferien 夏', 600000, 'paused', 'disk_full',
    '{"code":"disk_full","message":"no room","detail":"/größe"}', 'high', 'auto', 524288, 2, 1, 524288, 1, 0,
    1, '/größe', 1000000, 'viel Spaß', 0, 1700000000000, 1700000001000, NULL);
INSERT INTO turns VALUES (x'00000000000000000000000000000001', 0, 1700000000000, 'created', NULL, NULL),
    (x'00000000000000000000000000000001', 1, 1700000001000, 'paused', 'disk_full', '/größe');
INSERT INTO roots VALUES (x'00000000000000000000000000000001', 0, 'Ferien 夏', 'folder', NULL, NULL, 0);
INSERT INTO entries (session_id, file_id, rel_path, kind, len, modified_ns, mode)
VALUES (x'00000000000000000000000000000001', 0, 'Ferien 夏', 'folder', 0, NULL, 493),
       (x'00000000000000000000000000000001', 1, 'Ferien 夏/é.jpg', 'file', 600000, 1700000000000000000, 420);
INSERT INTO chunks VALUES (x'00000000000000000000000000000001', 1, 0, 0, 0, 0, 524288,
    x'0202020202020202020202020202020202020202020202020202020202020202', 1700000001000);
INSERT INTO devices VALUES (x'0101010101010101010101010101010101010101', NULL, 'laptop', 'trusted', 1, '[]',
    1700000000000, 1700000001000, 2000000, NULL, 1);
INSERT INTO rules VALUES (x'0101010101010101010101010101010101010101', '{"max_bytes":5000000}');
INSERT INTO alarms (kind, device_id, found, address, at, last_at, acknowledged_at)
VALUES ('other_key', x'0101010101010101010101010101010101010101', x'0202020202020202020202020202020202020202',
    '10.0.0.1:4433', 1700000000000, 1700000001000, NULL);
INSERT INTO events (at, last_at, count, origin, kind, device, session, detail)
VALUES (1700000000000, 1700000001000, 2, 1, 'offer_accepted', NULL, x'00000000000000000000000000000001', '{}');
INSERT INTO settings VALUES ('name', 'desk');
INSERT INTO paths VALUES (x'0101010101010101010101010101010101010101', '10.0.0.0/24-10.0.1.0/24', 100250, 750, 25000000.0, 0.01,
    268435456, 1700000001000);
INSERT INTO rotations VALUES (x'0303030303030303030303030303030303030303', x'0101010101010101010101010101010101010101', 1700000001000);
