//! What the measurements were made on, and what else went on there.

use std::{fs, io, path::Path, thread};

use serde::Serialize;

/// The machine.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// The operating system and the processor's architecture.
    pub(crate) system: String,
    /// Processors that may be used.
    pub(crate) processors: usize,
}

impl Machine {
    pub(crate) fn this() -> Self {
        Self {
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            processors: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Processes that ran or waited to run, averaged over the last minute; None where the system does not tell.
pub(crate) fn load() -> Option<f64> {
    parse_load(&fs::read_to_string("/proc/loadavg").ok()?)
}

fn parse_load(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Bytes that can still be written to the volume of `folder`; None where the system does not tell.
#[cfg(unix)]
pub(crate) fn free_space(folder: &Path) -> io::Result<Option<u64>> {
    let volume = rustix::fs::statvfs(folder)?;
    Ok(Some(volume.f_bavail.saturating_mul(volume.f_frsize)))
}

/// Bytes that can still be written to the volume of `folder`; None where the system does not tell.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub(crate) fn free_space(_folder: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_the_first_figure() {
        assert_eq!(parse_load("4.06 3.97 3.52 5/340 1234\n"), Some(4.06));
        assert_eq!(parse_load(""), None);
    }
}
