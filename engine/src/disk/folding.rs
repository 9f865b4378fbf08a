//! Which names a volume holds as one: found out by trying, because one system mounts volumes of every kind.

use std::{io, path::Path};

use chunkstream_core::path::{Folding, System};

use super::Disk;

/// Composed, in mixed case.
const PROBE: &str = ".ChunkStream-Probe-\u{e9}";
/// The same in another case.
const OTHER_CASE: &str = ".cHUNKsTREAM-pROBE-\u{e9}";
/// The same, decomposed.
const OTHER_FORM: &str = ".ChunkStream-Probe-e\u{301}";

/// Makes a folder of an odd name in `folder`, looks for it under other names, and removes it.
///
/// # Errors
/// If it cannot be made: see [`assumed`].
pub fn probe(disk: &dyn Disk, folder: &Path) -> io::Result<Folding> {
    let probe = folder.join(PROBE);
    disk.create_folder(&probe)?;
    let folding = Folding {
        case: disk.metadata(&folder.join(OTHER_CASE)).is_ok(),
        normalisation: disk.metadata(&folder.join(OTHER_FORM)).is_ok(),
    };
    disk.remove(&probe)?;
    Ok(folding)
}

/// What volumes of a system usually hold as one, where nothing can be tried.
pub fn assumed(system: System) -> Folding {
    Folding {
        case: system != System::Unix,
        normalisation: system == System::MacOs,
    }
}
