//! What may come from a peer, a person or the disk, thrown at what reads it: one function of bytes for each target.
//!
//! A target panics when something is wrong: a panic of the code itself, or an invariant that the target states. What a
//! target needs, it takes off the bytes with [`Input`], so that every input is a valid one.
//!
//! `tests/corpus.rs` runs each target over its corpus, with every `cargo test`; `libfuzzer/` is the same under libFuzzer
//! (docs/FUZZING.md).

mod input;
mod names;
mod pairing;
mod parity;
mod session;
mod wire;

pub use input::Input;

/// A target by its name. Its corpus is the folder of that name in `corpus/`.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// Runs it; true if the bytes were taken for something, false if they were refused at once.
    pub run: fn(&[u8]) -> bool,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "wire",
        run: wire::message,
    },
    Target {
        name: "framing",
        run: wire::framing,
    },
    Target {
        name: "datagram",
        run: parity::datagram,
    },
    Target {
        name: "stripe",
        run: parity::stripe,
    },
    Target {
        name: "manifest",
        run: names::manifest,
    },
    Target {
        name: "text",
        run: names::text,
    },
    Target {
        name: "pairing",
        run: pairing::invitation,
    },
    Target {
        name: "session",
        run: session::transfer,
    },
    Target {
        name: "receiving",
        run: chunkstream_engine::fuzzing::receiving,
    },
    Target {
        name: "sending",
        run: chunkstream_engine::fuzzing::sending,
    },
    Target {
        name: "local",
        run: chunkstream_engine::fuzzing::local,
    },
    Target {
        name: "key",
        run: chunkstream_engine::fuzzing::exported_key,
    },
];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
