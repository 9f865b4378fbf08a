//! Manifests that no honest sender makes: each is refused with its error, nothing of it is written outside of the
//! transfer's own hidden folder, and what else the receiver does goes on.
//!
//! Names that one system holds and another does not, and names that a volume holds as one, are honest: they are given
//! other names, told before (`inbox/names.rs`, `engine/core/src/path/naming.rs`).

use std::{net::SocketAddr, path::PathBuf};

use chunkstream_core::{
    id::TransferId,
    path::{MAX_COMPONENT_BYTES, MAX_COMPONENTS, MAX_PATH_BYTES},
    wire::{Decline, EndCause, FromReceiver, MAX_CONTROL, MAX_ROOTS},
};
use chunkstream_engine::{AcceptPolicy, api::Code, core::session::State};
use chunkstream_sim::{
    content::noise,
    hostile::{Hostile, Talk, offer},
    links,
    world::{Device, World},
};
use serde::Serialize;

/// `close::PROTOCOL` of docs/PROTOCOL.md.
const PROTOCOL: u64 = 2;

/// `FromSender` of docs/PROTOCOL.md as far as it is lied with here: paths are any text.
#[derive(Serialize, Clone)]
enum Says {
    Entries { first: u32, entries: Vec<Raw> },
    EndOfEntries { entries: u32, bytes: u64 },
}

#[derive(Serialize, Clone)]
struct Raw {
    path: String,
    kind: Kind,
    modified_ns: Option<i64>,
    mode: Option<u16>,
}

#[derive(Serialize, Clone)]
enum Kind {
    File { len: u64 },
    Folder,
    Symlink { target: String },
}

fn raw(path: &str, kind: Kind) -> Raw {
    Raw {
        path: path.to_owned(),
        kind,
        modified_ns: None,
        mode: None,
    }
}

fn file(path: &str) -> Raw {
    raw(path, Kind::File { len: 4 })
}

fn folder(path: &str) -> Raw {
    raw(path, Kind::Folder)
}

fn link(path: &str, target: &str) -> Raw {
    let target = target.to_owned();
    raw(path, Kind::Symlink { target })
}

fn page(first: u32, entries: Vec<Raw>) -> Says {
    Says::Entries { first, entries }
}

/// What is said of a manifest.
#[derive(PartialEq, Eq, Debug)]
enum Refused {
    /// The connection is closed: no such path can be said.
    Closed,
    /// The transfer ends.
    Ended,
}

async fn bob(world: &World) -> Device {
    world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await
}

/// Everything on the disk that is not the hidden folder of a transfer.
fn visible(bob: &Device) -> Vec<PathBuf> {
    let mut paths = bob.disk.paths();
    paths.retain(|path| !path.to_string_lossy().contains(".chunkstream-") && path != "/inbox");
    paths
}

async fn offers(eve: &Hostile, bob: &Device, number: u8, pages: &[Says]) -> Talk {
    let mut talk = eve.greets(bob.address).await;
    talk.says(&offer(number)).await;
    for page in pages {
        let _ = talk.tries(page).await;
    }
    talk
}

/// What becomes of a manifest.
async fn refused(bob: &Device, talk: &mut Talk, number: u8) -> Refused {
    loop {
        match talk.next::<FromReceiver>(MAX_CONTROL).await {
            None => {
                assert_eq!(talk.closed().await, PROTOCOL);
                return Refused::Closed;
            }
            Some(
                FromReceiver::Decline(Decline::BadManifest) | FromReceiver::End(EndCause::Target),
            ) => {
                break;
            }
            Some(
                FromReceiver::Decline(_) | FromReceiver::End(_) | FromReceiver::Receipt { .. },
            ) => {
                panic!("another end")
            }
            Some(_) => {}
        }
    }
    let id = TransferId([number; 16]).to_string();
    let view = bob.until(&id, |view| view.state.is_final()).await;
    assert_eq!(view.state, State::Failed);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::BadPath)
    );
    Refused::Ended
}

/// The table. A page of entries that are fine comes before each.
fn table() -> Vec<(&'static str, Vec<Says>, Refused)> {
    use Refused::{Closed, Ended};
    let one = |name, path: &str, refused| (name, vec![page(2, vec![file(path)])], refused);
    let deep = |levels: usize| {
        let mut path = "set".to_owned();
        let mut entries = Vec::new();
        for _ in 1..levels {
            path.push_str("/d");
            entries.push(folder(&path));
        }
        entries
    };
    let roots = |number: usize| {
        let all: Vec<Raw> = (0..number).map(|root| file(&format!("r{root}"))).collect();
        let mut first = 2;
        let mut pages = Vec::new();
        for part in all.chunks(1000) {
            pages.push(page(first, part.to_vec()));
            first += part.len() as u32;
        }
        pages
    };
    let long = "n".repeat(MAX_COMPONENT_BYTES);
    let longest = vec![long.as_str(); MAX_PATH_BYTES / MAX_COMPONENT_BYTES + 1].join("/");
    vec![
        one("traversal", "../x", Closed),
        one("traversal inside", "set/../../x", Closed),
        one("a dot", "set/./x", Closed),
        one("absolute", "/etc/x", Closed),
        one("a network share", "//host/share/x", Closed),
        one("a backslash", "set\\..\\..\\x", Closed),
        one("a drive and a backslash", "C:\\x", Closed),
        one("nothing", "", Closed),
        one("an empty component", "set//x", Closed),
        one("a separator at the end", "set/x/", Closed),
        one("NUL", "set/x\0.txt", Closed),
        one("a line break", "set/x\n", Closed),
        one("an escape", "set/\u{1b}[2J", Closed),
        one("a name too long", &format!("set/{long}n"), Closed),
        one("a path too long", &longest, Closed),
        ("too deep", vec![page(2, deep(MAX_COMPONENTS + 1))], Closed),
        one("a drive that nobody announced", "C:/x", Ended),
        one("a folder that nobody announced", "other/x", Ended),
        one("a file as a folder", "set/f/x", Ended),
        one("a path twice", "set/f", Ended),
        (
            "the same path as a link and a file",
            vec![page(2, vec![link("set/l", "/etc"), file("set/l")])],
            Ended,
        ),
        (
            "a file through a link",
            vec![page(2, vec![link("set/l", "/home"), file("set/l/x")])],
            Ended,
        ),
        (
            "a folder through a link",
            vec![page(2, vec![link("set/l", ".."), folder("set/l/x")])],
            Ended,
        ),
        (
            "a link to nothing",
            vec![page(2, vec![link("set/l", "")])],
            Ended,
        ),
        (
            "a link that no system holds",
            vec![page(2, vec![link("set/l", "a\0b")])],
            Ended,
        ),
        (
            "a link too long",
            vec![page(
                2,
                vec![link("set/l", &"l".repeat(MAX_PATH_BYTES + 1))],
            )],
            Ended,
        ),
        ("a gap", vec![page(3, vec![file("set/x")])], Ended),
        (
            "a number that changed",
            vec![page(1, vec![file("set/g")])],
            Ended,
        ),
        (
            "numbers that overflow",
            vec![page(u32::MAX, vec![file("set/x")])],
            Closed,
        ),
        ("a page of nothing", vec![page(2, Vec::new())], Closed),
        (
            "a file with more chunks than have numbers",
            vec![page(2, vec![raw("set/x", Kind::File { len: u64::MAX })])],
            Ended,
        ),
        (
            "more bytes than there are",
            vec![Says::EndOfEntries {
                entries: 2,
                bytes: 5,
            }],
            Ended,
        ),
        (
            "more entries than came",
            vec![Says::EndOfEntries {
                entries: 3,
                bytes: 4,
            }],
            Ended,
        ),
        ("too many at the top", roots(MAX_ROOTS + 1), Ended),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_hostile_manifest_is_refused_and_nothing_else_is_touched() {
    let world = World::new(1, links::lan());
    let (bob, ada) = (bob(&world).await, world.device("ada").await);
    bob.disk.write_file("/home/mine", b"mine").expect("written");
    ada.disk
        .write_file("/home/good", &noise(1, 3 << 20))
        .expect("written");
    for (number, (name, lies, expected)) in table().into_iter().enumerate() {
        println!("{name}");
        let eve = Hostile::at(&world, SocketAddr::from(([10, 0, 1, number as u8], 1)));
        // Something honest is under way.
        let good = ada.send(&["/home/good"], &bob).await;
        let before = visible(&bob);
        let fine = page(0, vec![folder("set"), file("set/f")]);
        let pages: Vec<Says> = std::iter::once(fine).chain(lies).collect();
        let number = number as u8 + 1;
        let mut talk = offers(&eve, &bob, number, &pages).await;
        assert_eq!(refused(&bob, &mut talk, number).await, expected, "{name}");
        ada.finished(&good).await;
        let arrived: Vec<PathBuf> = visible(&bob)
            .into_iter()
            .filter(|path| !before.contains(path))
            .collect();
        let only_good = |path: &PathBuf| path.to_string_lossy().starts_with("/inbox/good");
        assert!(arrived.iter().all(only_good), "{name}: {arrived:?}");
        assert_eq!(bob.disk.read_file("/home/mine").expect("there"), b"mine");
    }
}

/// What is odd and not hostile is kept as it is, or numbered; nothing leaves the inbox folder, and no link is followed.
#[tokio::test(start_paused = true)]
async fn links_that_lead_out_are_made_as_they_are_and_never_written_through() {
    let world = World::new(2, links::lan());
    let bob = bob(&world).await;
    let before = visible(&bob);
    let eve = Hostile::at(&world, SocketAddr::from(([10, 0, 1, 1], 1)));
    let entries = vec![
        folder("set"),
        link("set/out", "../../etc"),
        link("set/root", "/"),
        raw("set/empty", Kind::File { len: 0 }),
        Raw {
            mode: Some(0o6777),
            ..raw("set/loud", Kind::File { len: 0 })
        },
    ];
    let number = entries.len() as u32;
    let end = Says::EndOfEntries {
        entries: number,
        bytes: 0,
    };
    let mut talk = offers(&eve, &bob, 1, &[page(0, entries), end]).await;
    let roots = chunkstream_core::wire::FromSender::Roots(
        (0..number)
            .map(|file| {
                let root = chunkstream_core::integrity::root_of_empty();
                (chunkstream_core::id::FileId(file), root)
            })
            .collect(),
    );
    talk.says(&roots).await;
    let receipt = loop {
        match talk.heard::<FromReceiver>(MAX_CONTROL).await {
            FromReceiver::Receipt { files, .. } => break files,
            FromReceiver::End(cause) => panic!("{cause:?}"),
            _ => {}
        }
    };
    assert_eq!(receipt, 2);
    let arrived: Vec<PathBuf> = visible(&bob)
        .into_iter()
        .filter(|path| !before.contains(path))
        .collect();
    assert!(
        arrived.iter().all(|path| path.starts_with("/inbox/set")),
        "{arrived:?}"
    );
}
