//! Whether what arrived is what was sent: one BLAKE3 value for a file or for a whole tree.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use tokio::task::yield_now;

/// Bytes read at once.
const PIECE: usize = 1024 * 1024;

/// The value of all contents below `path`, with the paths of the files if it is a folder.
pub(crate) async fn digest(path: &Path) -> io::Result<blake3::Hash> {
    if fs::symlink_metadata(path)?.is_file() {
        return content(path).await;
    }
    let mut files = Vec::new();
    list(path, &mut files)?;
    files.sort();
    let mut all = blake3::Hasher::new();
    for file in files {
        let name = file.strip_prefix(path).map_err(io::Error::other)?;
        let name = name.as_os_str().as_encoded_bytes();
        all.update(&(name.len() as u64).to_le_bytes());
        all.update(name);
        all.update(content(&file).await?.as_bytes());
    }
    Ok(all.finalize())
}

async fn content(path: &Path) -> io::Result<blake3::Hash> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(hasher.finalize());
        }
        hasher.update(&piece[..read]);
        yield_now().await;
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tree(files: &[(&str, &str)]) -> blake3::Hash {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        digest(folder.path()).await.expect("readable")
    }

    #[tokio::test]
    async fn a_file_is_told_by_what_b3sum_prints() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "content").expect("written");
        assert_eq!(digest(&path).await.expect("read"), blake3::hash(b"content"));
    }

    #[tokio::test]
    async fn a_tree_differs_by_one_byte_one_name_or_one_file() {
        let same = tree(&[("a/1", "x"), ("b", "y")]).await;
        assert_eq!(same, tree(&[("b", "y"), ("a/1", "x")]).await);
        for other in [
            &[("a/1", "x"), ("b", "z")][..],
            &[("a/2", "x"), ("b", "y")],
            &[("a/1", "x")],
        ] {
            assert_ne!(same, tree(other).await, "{other:?}");
        }
    }
}
