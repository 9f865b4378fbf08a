//! `key`: this device's key: where it is, how it gets to another machine, and how it is replaced.

use std::{
    fs,
    io::{self, BufRead as _, IsTerminal as _, Read as _},
    path::Path,
};

use chunkstream_engine::{
    Engine,
    api::{
        Code, Failure, KeyExportRequest, KeyImportRequest, KeyMoveRequest, KeyPlace, KeyView,
        Nothing, Passphrase,
    },
    keys,
    local::{Client, Lock},
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{access, access::Access, args::Key, exit::Exit, folder, output::Output};

/// The longest passphrase file that is read.
const MAX_FILE: u64 = 16 * 1024;

/// Shows, moves, exports or imports the key.
pub(crate) async fn run(
    data: &Path,
    action: Option<Key>,
    output: &Output,
) -> Result<Exit, Failure> {
    let action = action.unwrap_or(Key::Show);
    if let Key::Import {
        file,
        replace,
        passphrase_file,
    } = action
    {
        let passphrase = passphrase(passphrase_file.as_deref(), false).await?;
        import(data, &file, passphrase, replace, output).await?;
        return Ok(Exit::Done);
    }
    // Asked for before anything is started, so that nothing waits for the person.
    let secret = match &action {
        Key::Export {
            passphrase_file, ..
        } => Some(passphrase(passphrase_file.as_deref(), true).await?),
        _ => None,
    };
    let mut access = Access::to(data, "chunkstream key").await?;
    let result = act(&mut access, action, secret, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(
    access: &mut Access,
    action: Key,
    passphrase: Option<Passphrase>,
    output: &Output,
) -> Result<(), Failure> {
    let view: KeyView = match (action, passphrase) {
        (Key::Export { file, .. }, Some(passphrase)) => {
            let path = folder::text(&file)?;
            let request = KeyExportRequest {
                path: path.clone(),
                passphrase,
            };
            access.order("export_key", &request).await?;
            return output.value(&json!({ "exported": path }), || {
                format!(
                    "the key is in {path}; whoever has that file and the passphrase is this device\n\
                     On the other machine: chunkstream key import FILE. Let only one of the two run."
                )
            });
        }
        (Key::Move { to }, _) => {
            let request = KeyMoveRequest { to: to.into() };
            access.call("move_key", &request).await?
        }
        (Key::Rotate, _) => {
            let view: KeyView = access.call("rotate_key", &Nothing {}).await?;
            return output.value(&view, || rotated(&view));
        }
        _ => access.call("key", &Nothing {}).await?,
    };
    output.value(&view, || page(&view))
}

/// Also without an engine: one whose key is lost does not start.
async fn import(
    data: &Path,
    file: &Path,
    passphrase: Passphrase,
    replace: bool,
    output: &Output,
) -> Result<(), Failure> {
    let (device_id, restart_needed) = match Lock::take(data, "chunkstream key import") {
        Ok(_lock) => {
            let config = access::config(data);
            let passphrase = Zeroizing::new(passphrase.0.clone());
            let path = folder::absolute(file);
            let device = Engine::import_key_at_rest(&config, &path, passphrase, replace).await;
            (device.map_err(replacing)?.to_string(), false)
        }
        Err(failure) if failure.code == Code::AlreadyRunning => {
            let client = Client::connect(data).await?;
            let request = KeyImportRequest {
                path: folder::text(file)?,
                passphrase,
                replace,
            };
            let mut client = client.ok_or(failure)?;
            let view: KeyView = client
                .call("import_key", &request)
                .await
                .map_err(replacing)?;
            (view.device_id, view.restart_needed)
        }
        Err(failure) => return Err(failure),
    };
    let value = json!({ "device_id": device_id, "restart_needed": restart_needed });
    output.value(&value, || {
        let when = if restart_needed {
            "from the next start on"
        } else {
            "now"
        };
        format!(
            "this device is {device_id} {when}\n\
             Devices that know it need not be told. It knows none of them here yet: pair again, or give them a role."
        )
    })
}

fn replacing(mut failure: Failure) -> Failure {
    if failure.code == Code::IllegalState {
        failure.message.push_str("; --replace gives it up");
    }
    failure
}

fn rotated(view: &KeyView) -> String {
    format!(
        "this device is {} from its next start on\n\
         Devices that know it follow when it next connects to them or they to it. Old tickets of it and exports of the \
         old key are worth nothing then: whoever still uses the old key raises an alarm there.",
        view.device_id
    )
}

fn page(view: &KeyView) -> String {
    let place = match view.place {
        KeyPlace::File => "a file that only you can read; nothing encrypts it",
        KeyPlace::Keyring => "the system's keyring; the file says so",
    };
    let keyring = match &view.keyring_problem {
        Some(problem) => format!("cannot be used: {problem}"),
        None => "can be used".to_owned(),
    };
    let restart = if view.restart_needed {
        "\nrestart    the program that runs still is the device that it was"
    } else {
        ""
    };
    format!(
        "device id  {}\nkept in    {place}\nfile       {}\nkeyring    {keyring}{restart}",
        view.device_id, view.path
    )
}

/// The passphrase: the first line of a file or of standard input; at a terminal it is not shown, and a new one is asked for
/// twice.
async fn passphrase(file: Option<&Path>, new: bool) -> Result<Passphrase, Failure> {
    let file = file.map(Path::to_owned);
    // Reading from a terminal blocks.
    let read = tokio::task::spawn_blocking(move || match file {
        Some(path) => first_line(io::BufReader::new(fs::File::open(path)?.take(MAX_FILE))),
        None if io::stdin().is_terminal() => typed(new),
        None => first_line(io::stdin().lock()),
    });
    let read = read.await.map_err(io::Error::other).flatten();
    let passphrase = read.map_err(|error| {
        let text = format!("the passphrase cannot be read: {error}");
        Failure::new(Code::Usage, text)
    })?;
    // Before anything else is asked or started.
    if new && passphrase.0.chars().count() < keys::MIN_PASSPHRASE {
        return Err(keys::ExportError::ShortPassphrase.into());
    }
    Ok(passphrase)
}

fn typed(new: bool) -> io::Result<Passphrase> {
    if !new {
        return Ok(Passphrase(rpassword::prompt_password("passphrase: ")?));
    }
    let question = format!(
        "new passphrase, at least {} characters: ",
        keys::MIN_PASSPHRASE
    );
    let first = Passphrase(rpassword::prompt_password(question)?);
    let again = Passphrase(rpassword::prompt_password("the same again: ")?);
    if first == again {
        Ok(first)
    } else {
        Err(io::Error::other("the two differ"))
    }
}

fn first_line(mut input: impl io::BufRead) -> io::Result<Passphrase> {
    let mut line = Zeroizing::new(String::with_capacity(MAX_FILE as usize));
    input.by_ref().take(MAX_FILE).read_line(&mut line)?;
    let text = line.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Passphrase(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line_without_its_end() {
        let read = |text: &str| first_line(text.as_bytes()).map(|read| read.0.clone());
        for text in ["a b ", "a b \n", "a b \r\nmore"] {
            assert_eq!(read(text).expect("a line"), "a b ");
        }
        assert!(read("").is_err() && read("\nmore").is_err());
    }
}
