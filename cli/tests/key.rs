//! This device's key: where it is, and how it gets to another data folder.

mod support;

use std::fs;

use serde_json::Value;
use support::{Device, Ended, text};

const PASSPHRASE: &str = "correct horse\n";

/// Runs a command without a keyring: what there is of this computer's user is nothing to a test.
fn run(device: &Device, args: &[&str]) -> Ended {
    let mut command = device.command(args);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    support::Process::of(&mut command).end()
}

fn device_id(device: &Device) -> Value {
    device.id()["device_id"].clone()
}

fn written(device: &Device, name: &str, content: &str) -> String {
    let path = device.path(name);
    fs::write(&path, content).expect("written");
    text(&path).to_owned()
}

fn kinds(device: &Device) -> Vec<String> {
    let audit = device.run(&["audit"]).expect(0);
    let kinds = audit
        .events
        .iter()
        .filter_map(|entry| entry["kind"].as_str());
    kinds.map(str::to_owned).collect()
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_key_is_in_a_private_file_and_says_so() {
    let device = Device::new();
    let id = device_id(&device);
    let shown = run(&device, &["key"]).expect(0);
    let view = &shown.events[0];
    assert_eq!((&view["device_id"], &view["place"]), (&id, &"file".into()));
    assert_eq!(view["restart_needed"], false);
    assert!(view["keyring_problem"].is_string(), "{view}");
    #[cfg(unix)]
    assert_eq!(mode(&device.data().join("device.key")), 0o600);
    assert_eq!(kinds(&device), ["key_created"]);
}

#[test]
fn an_exported_key_makes_another_folder_the_same_device() {
    let (old, new) = (Device::new(), Device::new());
    let id = device_id(&old);
    let passphrase = written(&old, "passphrase", PASSPHRASE);
    let export = text(&old.path("export")).to_owned();
    let export_to = ["key", "export", &export, "--passphrase-file", &passphrase];
    old.run(&export_to).expect(0);
    #[cfg(unix)]
    assert_eq!(mode(&old.path("export")), 0o600);
    let sealed = fs::read_to_string(&export).expect("a text");
    assert!(!sealed.contains("PRIVATE KEY"), "{sealed}");
    // A file that is there stays.
    old.run(&export_to).expect(6);
    assert_eq!(fs::read_to_string(&export).expect("there"), sealed);

    let import = |from: &str, with: &str, more: &[&str]| {
        let mut args = vec!["key", "import", from, "--passphrase-file", with];
        args.extend(more);
        new.run(&args)
    };
    let wrong = written(&old, "wrong", "wrong horse\n");
    import(&export, &wrong, &[]).expect(5);
    let cut = written(&old, "cut", &sealed[..sealed.len() - 9]);
    assert_ne!(import(&cut, &passphrase, &[]).code, 0);
    let damaged = written(&old, "damaged", &sealed.replacen('A', "B", 1));
    assert_ne!(import(&damaged, &passphrase, &[]).code, 0);
    import("nothing", &passphrase, &[]).expect(6);
    assert!(!new.data().join("device.key").exists(), "nothing was made");

    let taken = import(&export, &passphrase, &[]).expect(0);
    assert_eq!(taken.events[0]["device_id"], id);
    assert_eq!(device_id(&new), id);
    assert_eq!(kinds(&old), ["key_created", "key_exported"]);
    assert_eq!(kinds(&new), ["key_imported"]);
    let audit = new.run(&["audit"]).expect(0);
    assert_eq!(audit.events[0]["detail"]["to"], id);
    for device in [&old, &new] {
        let said = format!("{:?}", device.run(&["audit"]).expect(0).events);
        assert!(
            !said.contains("horse") && !said.contains("PRIVATE"),
            "{said}"
        );
    }
}

#[test]
fn a_device_is_given_up_only_if_that_is_said() {
    let (old, new) = (Device::new(), Device::new());
    let (before, id) = (device_id(&new), device_id(&old));
    let passphrase = written(&old, "passphrase", PASSPHRASE);
    let export = text(&old.path("export")).to_owned();
    let with = ["--passphrase-file", passphrase.as_str()];
    old.run(&[&["key", "export", &export], &with[..]].concat())
        .expect(0);
    let import = [&["key", "import", &export], &with[..]].concat();
    let refused = new.run(&import).expect(1);
    let failure = refused.one("failed");
    assert_eq!(failure["code"], "illegal_state");
    let message = failure["message"].as_str().expect("a text");
    assert!(message.contains("--replace"), "{message}");
    assert_eq!(device_id(&new), before);
    let replace = [&import[..], &["--replace"]].concat();
    new.run(&replace).expect(0);
    assert_eq!(device_id(&new), id);
    let audit = new.run(&["audit", "--kind", "key_imported"]).expect(0);
    assert_eq!(audit.events[0]["detail"]["from"], before);
    // A folder whose key is gone is a device still, which the same command brings back.
    fs::remove_file(new.data().join("device.key")).expect("removed");
    let lost = new.run(&["id"]).expect(6);
    assert_eq!(lost.one("failed")["code"], "key_unavailable");
    new.run(&import).expect(0);
    assert_eq!(device_id(&new), id);
}

#[test]
fn an_engine_that_runs_takes_the_imported_key_up_at_its_next_start() {
    let (old, new) = (Device::new(), Device::new());
    let id = device_id(&old);
    let passphrase = written(&old, "passphrase", PASSPHRASE);
    let export = text(&old.path("export")).to_owned();
    let with = ["--passphrase-file", passphrase.as_str()];
    old.run(&[&["key", "export", &export], &with[..]].concat())
        .expect(0);
    let (running, _) = new.receive(&[]);
    let replace = ["key", "import", &export, "--replace"];
    let taken = new.run(&[&replace[..], &with[..]].concat()).expect(0);
    assert_eq!(taken.events[0]["restart_needed"], true);
    let view = run(&new, &["key"]).expect(0);
    assert_eq!(view.events[0]["restart_needed"], true);
    assert_ne!(device_id(&new), id);
    drop(running);
    assert_eq!(device_id(&new), id);
}

#[test]
fn a_key_stays_in_its_file_where_there_is_no_keyring() {
    let device = Device::new();
    let id = device_id(&device);
    let refused = run(&device, &["key", "move", "keyring"]).expect(6);
    let failure = refused.one("failed");
    assert_eq!(failure["code"], "key_unavailable");
    let message = failure["message"].as_str().expect("a text");
    assert!(message.contains("stays where it is"), "{message}");
    assert_eq!(device_id(&device), id);
    run(&device, &["key", "move", "file"]).expect(0);
    assert_eq!(kinds(&device), ["key_created"]);
}

#[test]
fn a_key_that_is_in_a_keyring_that_is_gone_is_never_replaced() {
    let device = Device::new();
    let id = device_id(&device);
    let elsewhere = format!(r#"{{"kept_in":"keyring","entry":"x","device_id":{id}}}"#);
    let file = device.data().join("device.key");
    fs::write(&file, &elsewhere).expect("written");
    let refused = run(&device, &["id"]).expect(6);
    let failure = refused.one("failed");
    assert_eq!(failure["code"], "key_unavailable");
    let message = failure["message"].as_str().expect("a text");
    assert!(message.contains("chunkstream key import"), "{message}");
    assert_eq!(fs::read_to_string(&file).expect("there"), elsewhere);
}

#[test]
fn a_rotated_key_is_another_device_from_the_next_start_on() {
    let device = Device::new();
    let id = device_id(&device);
    let rotated = run(&device, &["key", "rotate"]).expect(0);
    let new = rotated.events[0]["device_id"].clone();
    assert_ne!(new, id);
    assert_eq!(rotated.events[0]["place"], "file");
    assert_eq!(device_id(&device), new);
    assert_eq!(kinds(&device), ["key_created", "key_rotated"]);
    let audit = device.run(&["audit", "--kind", "key_rotated"]).expect(0);
    assert_eq!(audit.events[0]["detail"]["from"], id);
    assert_eq!(audit.events[0]["detail"]["to"], new);
    // One that runs takes it up when it starts again, and is not rotated twice before.
    let (running, _) = device.receive(&[]);
    let again = run(&device, &["key", "rotate"]).expect(0);
    assert_eq!(again.events[0]["restart_needed"], true);
    let refused = run(&device, &["key", "rotate"]).expect(1);
    assert_eq!(refused.one("failed")["code"], "illegal_state");
    assert_eq!(device_id(&device), new);
    drop(running);
    assert_eq!(device_id(&device), again.events[0]["device_id"]);
}

#[test]
fn a_short_passphrase_is_refused_before_anything_is_done() {
    let device = Device::new();
    let short = written(&device, "short", "123456789\n");
    let args = ["key", "export", "file", "--passphrase-file", &short];
    device.run(&args).expect(2);
    device.run(&["key", "export", "file"]).expect(2);
    assert!(!device.path("file").exists());
    assert!(!device.data().exists());
}
