//! `leftovers`: what unfinished transfers have left in folders.

use std::path::{Path, PathBuf};

use chunkstream_core::units::format_bytes;
use chunkstream_engine::api::{Failure, Leftover, LeftoverRequest, Nothing};
use serde_json::json;

use crate::{access::Access, exit::Exit, folder, output::Output};

/// Lists what is left, or removes one or all of it.
pub(crate) async fn run(
    data: &Path,
    remove: Option<PathBuf>,
    all: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream leftovers").await?;
    let result = act(&mut access, remove, all, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(
    access: &mut Access,
    remove: Option<PathBuf>,
    all: bool,
    output: &Output,
) -> Result<(), Failure> {
    let paths = if let Some(path) = remove {
        vec![folder::text(&path)?]
    } else {
        let left: Vec<Leftover> = access.call("leftovers", &Nothing {}).await?;
        if !all {
            return list(&left, output);
        }
        left.into_iter().map(|leftover| leftover.path).collect()
    };
    for path in paths {
        access
            .order("remove_leftover", &LeftoverRequest { path: path.clone() })
            .await?;
        output.value(&json!({ "removed": path }), || format!("removed {path}"))?;
    }
    Ok(())
}

fn list(left: &[Leftover], output: &Output) -> Result<(), Failure> {
    if left.is_empty() {
        output.note("nothing is left over");
    }
    for leftover in left {
        output.value(leftover, || {
            let title = leftover.title.as_deref().unwrap_or("an unknown transfer");
            format!(
                "{:>9}  {}  of {title}",
                format_bytes(leftover.bytes),
                leftover.path
            )
        })?;
    }
    Ok(())
}
