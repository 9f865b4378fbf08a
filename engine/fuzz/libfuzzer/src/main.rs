//! One program for all targets: `CHUNKSTREAM_FUZZ` names the one to run, the rest of the command line is libFuzzer's.
#![no_main]

use std::sync::OnceLock;

use chunkstream_fuzz::{Target, target};
use libfuzzer_sys::{Corpus, fuzz_target};

fn chosen() -> &'static Target {
    static CHOSEN: OnceLock<&'static Target> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let name = std::env::var("CHUNKSTREAM_FUZZ").unwrap_or_default();
        target(&name).unwrap_or_else(|| panic!("CHUNKSTREAM_FUZZ names no target: {name:?}"))
    })
}

fuzz_target!(|data: &[u8]| -> Corpus {
    (chosen().run)(data);
    Corpus::Keep
});
