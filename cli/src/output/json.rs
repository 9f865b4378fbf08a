//! Lines of JSON.

use std::io::{self, Write as _};

use serde::Serialize;

/// Writes one value as one line, at once: whoever reads along waits for nothing.
pub(super) fn line(value: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&text)?;
    out.flush()
}
