//! `database`: looks at a database that cannot be used, and sets it aside. Nothing here starts an engine.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use chunkstream_core::units::format_bytes;
use chunkstream_engine::{
    Engine,
    api::{Code, Failure},
    local::Lock,
    store,
};
use serde::Serialize;

use crate::{args::Database, exit::Exit, output::Output};

#[derive(Serialize)]
struct Look<'a> {
    database: String,
    bytes: u64,
    layout: u32,
    sound: bool,
    problems: &'a [String],
}

#[derive(Serialize)]
struct Aside {
    database: String,
    set_aside: Option<String>,
}

/// Does what was asked while no engine works on the folder.
pub(crate) async fn run(data: &Path, action: Database, output: &Output) -> Result<Exit, Failure> {
    let _lock = Lock::take(data, "chunkstream database")?;
    let path = Engine::database(data);
    match action {
        Database::Check => check(&path, output).await,
        Database::SetAside => set_aside(&path, output),
    }
}

async fn check(path: &Path, output: &Output) -> Result<Exit, Failure> {
    let database = path.display().to_string();
    let found = store::check(path)
        .await
        .map_err(|error| Failure::from(error).about(database.clone()))?;
    let sound = found.problems.is_empty();
    let look = Look {
        database,
        bytes: found.bytes,
        layout: found.layout,
        sound,
        problems: &found.problems,
    };
    output.value(&look, || {
        let path = &look.database;
        if look.bytes == 0 {
            return format!("{path}: there is none; the next start makes one");
        }
        let size = format_bytes(look.bytes);
        if sound {
            return format!("{path}: sound, {size}, layout {}", look.layout);
        }
        let mut text = format!("{path}: damaged, {size}");
        for problem in look.problems {
            text.push_str("\n  ");
            text.push_str(problem);
        }
        text.push_str(
            "\n`chunkstream database set-aside` moves it away; the next start begins with an empty one.",
        );
        text
    })?;
    Ok(if sound { Exit::Done } else { Exit::Local })
}

fn set_aside(path: &Path, output: &Output) -> Result<Exit, Failure> {
    let database = path.display().to_string();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let moved = store::set_aside(path, now.as_millis() as u64).map_err(|error| {
        Failure::new(
            Code::Database,
            format!("the database cannot be moved: {error}"),
        )
        .about(database.clone())
    })?;
    let aside = Aside {
        database,
        set_aside: moved.map(|path| path.display().to_string()),
    };
    output.value(&aside, || match &aside.set_aside {
        Some(moved) => format!(
            "{} is now {moved}\nThe next start begins with an empty one. The key of this device, received files \
             and what was received of unfinished transfers have stayed where they are: an unfinished transfer \
             that is offered again goes on where it was.",
            aside.database
        ),
        None => format!("{}: there is none", aside.database),
    })?;
    Ok(Exit::Done)
}
