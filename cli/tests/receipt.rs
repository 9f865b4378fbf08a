//! What a terminal shows of a transfer that has ended: its details, its files, its receipt.

mod support;

use std::fs;

use support::{Device, noise, text};

#[test]
fn details_files_and_receipts_are_shown_at_both_ends_once_a_transfer_has_ended() {
    let (sender, receiver) = (Device::new(), Device::new());
    sender.file("set/a", 200_000);
    sender.file("set/b", 7);
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    sender.run(&["send", "set", "--to", &ticket]).expect(0);
    process.end().expect(0);
    let root = |name: &str, len| blake3::hash(&noise(name, len)).to_string();
    let lines = [
        format!("{}  set/a", root("set/a", 200_000)),
        format!("{}  set/b", root("set/b", 7)),
    ];
    for device in [&sender, &receiver] {
        let id = device.transfers()[0]["id"].clone();
        let id = id.as_str().expect("an id");
        let shown = device
            .run(&["transfers", "show", id, "--details"])
            .expect(0);
        let details = &shown.events[1];
        assert_eq!(details["chunks"]["durable"], details["chunks"]["count"]);
        let turns = details["turns"].as_array().expect("a time line");
        assert_eq!(turns[0]["state"], "created");
        assert_eq!(turns.last().expect("turns")["state"], "completed");

        let files = device.run(&["transfers", "files", id]).expect(0);
        let standings: Vec<_> = files.events.iter().map(|file| &file["standing"]).collect();
        assert_eq!(standings, ["done", "done", "done"]);
        let open = device
            .run(&["transfers", "files", id, "--only", "unfinished"])
            .expect(0);
        assert!(open.events.is_empty(), "{:?}", open.events);

        let words = device.words(&["receipt", id]);
        let words = String::from_utf8(words.stdout).expect("text");
        let path = device.path("receipt.txt");
        device.words(&["receipt", id, "--export", text(&path)]);
        let written = fs::read_to_string(&path).expect("it was written");
        for line in &lines {
            assert!(words.contains(line), "{words}");
            assert!(written.lines().any(|other| other == line), "{written}");
        }
    }
}
