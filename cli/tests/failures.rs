//! What does not succeed: exit codes, and what is kept.

mod support;

use std::{fs, net::UdpSocket};

use support::{Device, text};

#[test]
fn a_declined_offer_is_3_on_the_sending_side() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 1000);
    let (mut process, ticket) = receiver.receive(&["--accept", "ask"]);
    let sending = sender.start(&["send", text(&file), "--to", &ticket]);
    let offer = process.event("offer");
    assert_eq!(offer["waits"], true);
    let id = offer["transfer"].as_str().expect("an id");
    receiver.run(&["transfers", "decline", id]).expect(0);
    let sent = sending.end().expect(3);
    assert_eq!(sent.one("failed")["code"], "declined");
    assert_eq!(sent.one("failed")["kept"], false);
    assert_eq!(process.event("failed")["transfer"], id);
}

#[test]
fn an_offer_that_waits_is_accepted_over_the_local_socket() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 1000);
    let (mut process, ticket) = receiver.receive(&["--accept", "ask", "--once"]);
    let mut sending = sender.start(&["send", text(&file), "--to", &ticket]);
    sending.until("question", |value| value["reason"] == "waiting_for_answer");
    let offer = process.event("offer");
    let elsewhere = receiver.path("elsewhere");
    receiver
        .run(&[
            "transfers",
            "accept",
            offer["transfer"].as_str().expect("an id"),
            "--into",
            text(&elsewhere),
        ])
        .expect(0);
    sending.end().expect(0);
    process.end().expect(0);
    assert!(elsewhere.join("a").exists());
}

#[test]
fn a_device_that_is_not_reached_in_time_is_4_and_the_transfer_is_kept() {
    let (sender, stranger) = (Device::new(), Device::new());
    let file = sender.file("a", 1000);
    // Bound and silent: nobody else gets the port, nobody answers.
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let id = stranger.id()["device_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let target = format!("{id}@{}", silent.local_addr().expect("an address"));
    let sent = sender
        .run(&["send", text(&file), "--to", &target, "--wait", "300ms"])
        .expect(4);
    let failed = sent.one("failed");
    assert_eq!(
        (&failed["code"], &failed["kept"]),
        (&"unreachable".into(), &true.into())
    );
    let kept = sender.transfers();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["id"], failed["transfer"]);
    assert_eq!(kept[0]["reason"], "waiting_for_device");

    // The same command again goes on with it instead of beginning another.
    let again = sender
        .run(&["send", text(&file), "--to", &target, "--wait", "300ms"])
        .expect(4);
    assert_eq!(again.one("failed")["transfer"], failed["transfer"]);
    assert_eq!(sender.transfers().len(), 1);
}

#[test]
fn another_device_at_the_address_is_5() {
    let (sender, receiver, other) = (Device::new(), Device::new(), Device::new());
    let file = sender.file("a", 1000);
    let (mut process, _) = receiver.receive(&["--accept", "all"]);
    let id = other.id()["device_id"].as_str().expect("an id").to_owned();
    let listen = {
        let ended = receiver.run(&["id"]);
        let ticket: chunkstream_core::device::Ticket = ended.events[0]["ticket"]
            .as_str()
            .expect("a ticket")
            .parse()
            .expect("a ticket");
        ticket.addresses[0]
    };
    let sent = sender
        .run(&["send", text(&file), "--to", &format!("{id}@{listen}")])
        .expect(5);
    assert_eq!(sent.one("failed")["code"], "identity_refused");
    assert!(!receiver.inbox().join("a").exists());
    process.signal(rustix::process::Signal::TERM);
    assert!(process.next().is_none(), "the receiver has nothing to tell");
}

#[test]
fn a_blocked_device_is_5_on_its_side_and_reaches_nothing() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 1000);
    let (mut process, ticket) = receiver.receive(&["--accept", "all"]);
    let id = sender.id()["device_id"].as_str().expect("an id").to_owned();
    let blocked = receiver.run(&["devices", "block", &id]).expect(0);
    assert_eq!(blocked.events[0]["role"], "blocked");
    let sent = sender
        .run(&["send", text(&file), "--to", &ticket])
        .expect(5);
    assert_eq!(sent.one("failed")["code"], "identity_refused");
    process.signal(rustix::process::Signal::INT);
    assert!(process.next().is_none(), "no offer was told");
}

#[test]
fn a_missing_source_is_6() {
    let (sender, receiver) = (Device::new(), Device::new());
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let sent = sender
        .run(&["send", text(&sender.path("no such")), "--to", &ticket])
        .expect(6);
    assert_eq!(sent.one("failed")["code"], "source_unreadable");
    assert_eq!(sender.transfers().len(), 0);
}

#[test]
fn a_target_folder_that_cannot_be_written_is_6_on_the_receiving_side_and_the_other_keeps_its_transfer()
 {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 1000);
    // A file where a folder should be, which also stops an administrator.
    fs::write(receiver.inbox(), "in the way").expect("written");
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    let sending = sender.start(&["send", text(&file), "--to", &ticket, "--wait", "2s"]);
    let received = process.end().expect(6);
    assert_eq!(received.one("failed")["code"], "disk_unwritable");
    sending.end().expect(4);
}

#[test]
fn what_makes_no_sense_is_2_and_says_why() {
    let device = Device::new();
    let file = device.file("a", 1);
    for args in [
        &["send"] as &[&str],
        &["send", text(&file)],
        &["send", text(&file), "--to", "nobody of that name"],
        &["send", text(&file), "--to", "chunkstream1damaged"],
        &["send", text(&file), "--to", "x", "--limit", "40MB"],
        &["receive", "--listen", "nowhere"],
        &["frobnicate"],
    ] {
        let ended = device.run(args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.stderr);
        assert!(!ended.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_port_that_is_taken_says_how_to_name_another() {
    let device = Device::new();
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("an address").to_string();
    let ended = device.run(&["receive", "--listen", &address]).expect(1);
    assert_eq!(ended.one("failed")["code"], "listen_failed");
    assert!(
        ended.stderr.contains("--listen") && ended.stderr.contains(&address),
        "{}",
        ended.stderr
    );
}
