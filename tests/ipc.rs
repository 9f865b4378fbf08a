//! The commands through Tauri's own IPC, with a real engine and a runtime that shows no windows: what a page
//! gets when it calls, and what it gets when it asks for too much.

use std::path::PathBuf;

use chunkstream_desktop::{
    arguments::IDENTIFIER,
    backend::{Engine, EngineConfig},
    hand_over::HandOver,
    handler, inbox_folder,
    language::{Language, Spoken},
    links::{self, Link},
    shell::Shell,
};
use serde_json::{Value, json};
use tauri::{
    App, Manager, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets},
    webview::InvokeRequest,
};

/// A shell around an engine with a data folder of its own.
struct Desk {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    place: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let config =
            EngineConfig::new(place.path().join("data")).listen(([127, 0, 0, 1], 0).into());
        let engine = tauri::async_runtime::block_on(Engine::start(config))
            .expect("an engine on a free port");
        let app = mock_builder()
            .manage(Shell::new(engine))
            .manage(HandOver::default())
            .manage(Spoken::last(place.path()))
            .invoke_handler(handler())
            .build(mock_context(noop_assets()))
            .expect("an application without windows");
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
            .build()
            .expect("a window that is not shown");
        Self { app, window, place }
    }

    /// What `invoke(command, args)` resolves to, or is rejected with.
    fn invoke(&self, command: &str, args: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().expect("an address"),
            body: InvokeBody::Json(args),
            headers: tauri::http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().expect("JSON"))
    }

    fn call(&self, name: &str, args: &Value) -> Result<Value, Value> {
        self.invoke("call", json!({ "name": name, "args": args }))
    }

    fn at(&self, path: &str) -> String {
        self.place.path().join(path).to_string_lossy().into_owned()
    }
}

#[test]
fn a_command_answers_with_the_engines_view() {
    let desk = Desk::new();
    let identity = desk
        .call("identity", &json!({}))
        .expect("every engine has one");
    for field in ["name", "device_id", "ticket", "listen", "inbox_folder"] {
        assert!(
            identity[field]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{field}: {identity}"
        );
    }
    assert_eq!(desk.call("transfers", &json!({})), Ok(json!([])));
}

#[test]
fn a_page_learns_which_program_it_is() {
    let about = Desk::new().invoke("about", json!({}));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(about, Ok(json!({ "version": version, "license": "MIT" })));
}

#[test]
fn a_failure_crosses_as_code_message_and_detail() {
    let desk = Desk::new();
    let failure = desk
        .call("no_such_command", &json!({}))
        .expect_err("there is none");
    assert_eq!(failure["code"], "usage", "{failure}");
    assert!(
        failure["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{failure}"
    );
    assert_eq!(failure["detail"], "no_such_command", "{failure}");

    let failure = desk
        .call("pause", &json!({ "id": "00", "more": 1 }))
        .expect_err("the shape is wrong");
    assert_eq!(failure["code"], "usage", "{failure}");

    let file = desk.at("file.txt");
    std::fs::write(&file, "x").expect("a file");
    let send = json!({ "paths": [file], "targets": ["no such device"], "priority": "normal" });
    let failure = desk.call("send", &send).expect_err("nobody has that name");
    assert!(
        matches!(failure["code"].as_str(), Some("bad_target" | "not_found")),
        "{failure}"
    );
}

#[test]
fn a_call_without_its_arguments_is_rejected() {
    assert!(
        Desk::new()
            .invoke("call", json!({ "name": "identity" }))
            .is_err()
    );
    assert!(Desk::new().invoke("no_such_command", json!({})).is_err());
}

#[test]
fn what_has_not_arrived_here_is_not_opened() {
    let desk = Desk::new();
    let own = desk.at("own.txt");
    std::fs::write(&own, "x").expect("a file");
    for command in ["open_path", "show_in_folder"] {
        let refused = |path: &str| {
            desk.invoke(command, json!({ "path": path }))
                .expect_err("it must be refused")
        };
        assert_eq!(refused(&own)["code"], "bad_path");
        assert_eq!(refused("own.txt")["code"], "bad_path");
        assert_eq!(refused(&desk.at("gone.txt"))["code"], "not_found");
    }
}

#[test]
fn a_page_drags_by_numbers_and_nothing_that_has_not_arrived() {
    let desk = Desk::new();
    let drag = |args| desk.invoke("drag_out", args).expect_err("it is refused");
    let unknown = json!({ "transfer": "00", "file": null, "ended": "__CHANNEL__:1" });
    assert_eq!(drag(unknown)["code"], "not_found");
    // What is named as a path, or more than one way, is no request at all.
    let own = desk.at("own.txt");
    std::fs::write(&own, "x").expect("a file");
    let named = json!({ "transfer": own, "file": null, "ended": "__CHANNEL__:1" });
    assert_eq!(drag(named)["code"], "not_found");
    let number = json!({ "transfer": "00", "file": "/etc/passwd", "ended": "__CHANNEL__:1" });
    assert!(drag(number).is_string(), "a file is a number");
}

#[test]
fn what_waits_for_the_page_is_given_once() {
    let desk = Desk::new();
    let hand_over = desk.app.state::<HandOver>();
    hand_over.paths(vec!["/a".to_owned()]);
    hand_over.link(Link::Unreadable);
    assert_eq!(
        desk.invoke("take_pending", json!({})),
        Ok(json!([
            { "kind": "paths", "paths": ["/a"] },
            { "kind": "link", "link": { "means": "unreadable" } }
        ]))
    );
    assert_eq!(desk.invoke("take_pending", json!({})), Ok(json!([])));
}

#[test]
fn the_inbox_leads_to_the_devices() {
    let desk = Desk::new();
    assert_eq!(desk.invoke("show_devices", json!({})), Ok(json!(null)));
    assert_eq!(
        desk.invoke("take_pending", json!({})),
        Ok(json!([{ "kind": "show", "screen": "devices", "transfer": null }]))
    );
}

#[test]
fn the_inbox_folder_moves_to_the_downloads_until_somebody_chooses() {
    let desk = Desk::new();
    let inbox = || {
        desk.call("identity", &json!({}))
            .expect("every engine has one")["inbox_folder"]
            .clone()
    };
    let settle = || {
        let shell = desk.app.state::<Shell>();
        let (data, downloads) = (
            desk.place.path().join("data"),
            desk.place.path().join("downloads"),
        );
        tauri::async_runtime::block_on(inbox_folder::settle(shell.engine(), &data, &downloads));
    };
    assert_eq!(inbox(), desk.at("data/inbox"));
    settle();
    assert_eq!(inbox(), desk.at("downloads/ChunkStream"));

    let chosen = desk.at("chosen");
    std::fs::create_dir(&chosen).expect("a folder");
    desk.call("change_settings", &json!({ "inbox_folder": chosen }))
        .expect("the folder is there");
    settle();
    assert_eq!(inbox(), chosen);
}

/// The packages of systems that are not this one are not built here: at least their configuration can be read, and
/// names files that are there.
#[test]
fn the_configuration_of_every_systems_packages_is_one_that_tauri_reads() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(root.join(path)).expect("a file of this repository"))
            .expect("JSON")
    };
    for (system, bundles) in [
        ("linux", ["deb", "rpm"]),
        ("windows", ["nsis", "msi"]),
        ("macos", ["app", "dmg"]),
    ] {
        let more = read(&format!("packaging/{system}.json"));
        let mut config = read("tauri.conf.json");
        merge(&mut config, &more);
        let config: tauri::Config = serde_json::from_value(config)
            .unwrap_or_else(|error| panic!("packaging/{system}.json: {error}"));
        let targets = serde_json::to_value(&config.bundle.targets).expect("a list");
        assert_eq!(targets, json!(bundles));
        for icon in &config.bundle.icon {
            assert!(root.join(icon).is_file(), "{icon}");
        }
        for path in sources(&more) {
            let is_built = path.starts_with("build/");
            assert!(is_built || root.join(&path).is_file(), "{system}: {path}");
        }
    }
}

/// Merges as Tauri does (RFC 7396).
fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}

/// The paths of this repository in a configuration.
fn sources(config: &Value) -> Vec<String> {
    match config {
        Value::String(path) if path.contains('/') && !path.contains(':') => vec![path.clone()],
        Value::Object(fields) => fields.values().flat_map(sources).collect(),
        _ => Vec::new(),
    }
}

/// What stands in the configuration and not in code.
#[test]
fn the_configuration_is_the_documented_one() {
    let read = |path: &str| -> Value {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
        serde_json::from_slice(&std::fs::read(path).expect("a file of this repository"))
            .expect("JSON")
    };
    let config = read("tauri.conf.json");
    assert_eq!(config["identifier"], IDENTIFIER);
    assert_eq!(
        config["plugins"]["deep-link"]["desktop"]["schemes"],
        json!([links::SCHEME])
    );
    let csp = config["app"]["security"]["csp"].as_str().expect("a policy");
    assert!(
        csp.starts_with("default-src 'self';")
            && !csp.contains("unsafe-eval")
            && !csp.contains('*'),
        "{csp}"
    );
    for window in config["app"]["windows"].as_array().expect("windows") {
        // Made and shown by the shell, once the engine runs.
        assert_eq!(
            (&window["create"], &window["visible"]),
            (&json!(false), &json!(false)),
            "{window}"
        );
    }
    let capability = read("capabilities/default.json");
    assert_eq!(
        capability["permissions"],
        json!([
            "core:event:allow-listen",
            "core:event:allow-unlisten",
            "dialog:allow-open",
            "dialog:allow-save"
        ])
    );
}

#[test]
fn a_page_says_what_it_speaks_and_the_next_start_speaks_it() {
    let desk = Desk::new();
    desk.invoke("speak", json!({ "language": "ja" }))
        .expect("a language with a catalogue");
    assert_eq!(desk.app.state::<Spoken>().now(), Language::Ja);
    assert_eq!(Spoken::last(desk.place.path()).now(), Language::Ja);
    desk.invoke("speak", json!({ "language": "xx" }))
        .expect_err("there is no such catalogue");
}

#[test]
fn a_start_that_succeeds_has_no_problem_and_no_way_out_of_one() {
    let desk = Desk::new();
    let problem = desk.invoke("start_problem", json!({})).expect("an answer");
    assert_eq!(problem, Value::Null);
    let refused = desk
        .invoke("answer_problem", json!({ "way": "set_aside" }))
        .expect_err("nothing is to be set aside");
    assert_eq!(refused["code"], "illegal_state");
}
