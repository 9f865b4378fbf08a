//! The bytes that are sent: the same for the same case on every machine.
//!
//! Written in pieces with a yield after each, so that Ctrl-C is heard at once.

use std::{
    fs::{self, File},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use tokio::task::yield_now;

use crate::case::{Case, IN_A_FOLDER};

/// Bytes written at once.
const PIECE: usize = 1024 * 1024;
/// Bytes of content at each of the places of the sparse file that have some.
const ISLAND: u64 = 1024 * 1024;

/// Makes the case's file or folder in `folder` and tells where it is.
pub(crate) async fn make(case: Case, folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join(case.name());
    match case {
        Case::Big { size } => random(&mut File::create_new(&path)?, "big", size).await?,
        Case::Tree { files, each } => {
            fs::create_dir(&path)?;
            for number in 0..files {
                let folder = path.join(format!("{:04}", number / IN_A_FOLDER));
                if number % IN_A_FOLDER == 0 {
                    fs::create_dir(&folder)?;
                }
                let name = format!("{number:06}.bin");
                let mut file = File::create_new(folder.join(&name))?;
                random(&mut file, &name, each).await?;
            }
        }
        Case::Sparse { size } => {
            let mut file = File::create_new(&path)?;
            file.set_len(size)?;
            for at in islands(size) {
                file.seek(SeekFrom::Start(at))?;
                random(&mut file, &at.to_string(), ISLAND.min(size - at)).await?;
            }
        }
    }
    Ok(path)
}

/// Where the sparse file has content: at both ends and in the middle.
fn islands(size: u64) -> [u64; 3] {
    [0, size / 2, size.saturating_sub(ISLAND)]
}

/// Bytes that cannot be compressed: the output of BLAKE3 for `seed`.
async fn random(file: &mut File, seed: &str, bytes: u64) -> io::Result<()> {
    let mut stream = blake3::Hasher::new().update(seed.as_bytes()).finalize_xof();
    let mut piece = vec![0; PIECE.min(usize::try_from(bytes).unwrap_or(PIECE))];
    let mut left = bytes;
    while left > 0 {
        let now = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        stream.fill(&mut piece[..now]);
        file.write_all(&piece[..now])?;
        left -= now as u64;
        yield_now().await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_big_file_has_its_size_and_is_the_same_each_time() {
        let case = Case::Big { size: 2_500_000 };
        let folders = [
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        ];
        let first = fs::read(make(case, folders[0].path()).await.expect("made")).expect("read");
        let second = fs::read(make(case, folders[1].path()).await.expect("made")).expect("read");
        assert_eq!(first.len(), 2_500_000);
        assert!(first == second);
        assert!(first[..PIECE] != first[PIECE..2 * PIECE]);
    }

    #[tokio::test]
    async fn the_tree_has_all_its_files_in_folders() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = make(
            Case::Tree {
                files: 201,
                each: 100,
            },
            folder.path(),
        )
        .await
        .expect("made");
        let folders: Vec<_> = fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert_eq!(folders.len(), 3);
        let files: usize = folders
            .iter()
            .map(|folder| fs::read_dir(folder).expect("a folder").count())
            .sum();
        assert_eq!(files, 201);
    }

    #[tokio::test]
    async fn a_sparse_file_of_any_size_has_just_that() {
        for size in [0, 1, ISLAND, 3 * ISLAND, 64 * ISLAND + 1] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = make(Case::Sparse { size }, folder.path())
                .await
                .expect("made");
            assert_eq!(fs::metadata(path).expect("there").len(), size);
        }
    }
}
