//! Files one after the other in one stream: `u16` length of the path, path, `u64` length, bytes.

use std::{
    fs::{self, File},
    io::{self, BufRead, Write as _},
    path::{Component, Path, PathBuf},
};

/// What stands before a file's bytes.
pub(super) fn head(path: &Path, bytes: u64) -> io::Result<Vec<u8>> {
    let path = path
        .to_str()
        .ok_or_else(|| io::Error::other("a path is no text"))?;
    let length = u16::try_from(path.len()).map_err(io::Error::other)?;
    let mut head = length.to_be_bytes().to_vec();
    head.extend_from_slice(path.as_bytes());
    head.extend_from_slice(&bytes.to_be_bytes());
    Ok(head)
}

/// All files of `path`, with their paths below its parent.
pub(super) fn files(path: &Path) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("a path without a name"))?;
    let mut files = Vec::new();
    collect(path, Path::new(name), &mut files)?;
    Ok(files)
}

fn collect(path: &Path, name: &Path, files: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_dir() {
        files.push((path.to_owned(), name.to_owned()));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        collect(&entry.path(), &name.join(entry.file_name()), files)?;
    }
    Ok(())
}

/// Writes what comes from `stream` below `folder`.
pub(super) fn unpack(stream: &mut impl BufRead, folder: &Path) -> io::Result<()> {
    let mut made = folder.to_owned();
    loop {
        let mut length = [0; 2];
        match stream.read(&mut length[..1])? {
            0 => return Ok(()),
            _ => stream.read_exact(&mut length[1..])?,
        }
        let mut path = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut path)?;
        let mut bytes = [0; 8];
        stream.read_exact(&mut bytes)?;
        let path = PathBuf::from(String::from_utf8(path).map_err(io::Error::other)?);
        if !path
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(io::Error::other("a path that leaves the folder"));
        }
        let path = folder.join(path);
        if let Some(parent) = path.parent()
            && parent != made
        {
            fs::create_dir_all(parent)?;
            parent.clone_into(&mut made);
        }
        let mut left = u64::from_be_bytes(bytes);
        let mut file = File::create_new(path)?;
        // Not io::copy: it takes 8 KiB at a time from a reader of this kind.
        while left > 0 {
            let there = stream.fill_buf()?;
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let now = there.len().min(most);
            if now == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            file.write_all(&there[..now])?;
            stream.consume(now);
            left -= now as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let from = tempfile::tempdir().expect("a folder");
        let to = tempfile::tempdir().expect("a folder");
        let tree = from.path().join("tree");
        fs::create_dir_all(tree.join("a/b")).expect("made");
        fs::write(tree.join("a/b/c"), "content").expect("written");
        fs::write(tree.join("empty"), "").expect("written");
        let mut stream = Vec::new();
        for (path, name) in files(&tree).expect("listed") {
            let content = fs::read(path).expect("read");
            stream.extend(head(&name, content.len() as u64).expect("short"));
            stream.extend(content);
        }
        unpack(&mut stream.as_slice(), to.path()).expect("unpacked");
        let read = |path: &str| fs::read(to.path().join("tree").join(path)).expect("there");
        assert_eq!(read("a/b/c"), b"content");
        assert_eq!(read("empty"), b"");
    }

    #[test]
    fn a_stream_that_ends_early_and_a_path_that_leads_out_are_errors() {
        let to = tempfile::tempdir().expect("a folder");
        let mut short = head(Path::new("a"), 9).expect("short");
        short.extend(b"four");
        assert!(unpack(&mut short.as_slice(), to.path()).is_err());
        assert!(unpack(&mut &short[..2], to.path()).is_err());
        let out = head(Path::new("../a"), 0).expect("short");
        assert!(unpack(&mut out.as_slice(), to.path()).is_err());
    }
}
