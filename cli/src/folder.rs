//! Paths as the engine wants them: absolute, and the data folder.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

use chunkstream_engine::api::{Code, Failure};

/// Names the data folder where no `--data` does.
const VARIABLE: &str = "CHUNKSTREAM_DATA";

/// The data folder: as given, as the environment says, or the system's place for it.
pub(crate) fn data(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let from_environment = || {
        env::var_os(VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = given
        .or_else(from_environment)
        .or_else(|| dirs::data_local_dir().map(|folder| folder.join("chunkstream")))
        .ok_or_else(|| {
            Failure::new(
                Code::Usage,
                "this system has no place for data; name one with --data",
            )
        })?;
    Ok(absolute(&folder))
}

/// The path from the root on. Links stay links; `..` is followed as the system would.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    if path.components().any(|part| part == Component::ParentDir)
        && let Ok(real) = path.canonicalize()
    {
        return real;
    }
    // What cannot be made absolute is refused by the engine, with a reason.
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The path as the engine takes it.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let path = absolute(path);
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let shown = path.display().to_string();
        Failure::new(
            Code::SourceUnreadable,
            format!("{shown}: the name is not Unicode"),
        )
        .about(shown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_begin_where_the_program_was_started() {
        let here = env::current_dir().expect("a folder");
        assert_eq!(absolute(Path::new("a/b")), here.join("a/b"));
        assert_eq!(absolute(Path::new(".")), here);
        let above = here
            .parent()
            .expect("not the root")
            .canonicalize()
            .expect("it is there");
        assert_eq!(absolute(Path::new("..")), above);
    }
}
