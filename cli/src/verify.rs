//! `transfers verify`: has the files of a completed transfer read again, and says what was found.

use std::{fmt::Write as _, time::Duration};

use chunkstream_core::units::format_bytes;
use chunkstream_engine::api::{Code, Failure, TransferRequest, TransferView, Verification};
use tokio::time::sleep;

use crate::{access::Access, exit::Exit, output::Output};

/// Time between two looks at a check under way.
const LOOK: Duration = Duration::from_millis(100);

/// Begins the check and waits for its end.
pub(crate) async fn run(access: &mut Access, id: String, output: &Output) -> Result<Exit, Failure> {
    let request = TransferRequest { id };
    access.order("verify", &request).await?;
    let found = loop {
        let view: TransferView = access.call("transfer", &request).await?;
        match view.verification {
            Some(found) if found.running => sleep(LOOK).await,
            Some(found) => break found,
            None => {
                return Err(
                    Failure::new(Code::Database, "the check broke off; the log says why")
                        .about(request.id),
                );
            }
        }
    };
    output.value(&found, || words(&found))?;
    Ok(if found.changed_count + found.missing_count == 0 {
        Exit::Done
    } else {
        Exit::of(&Failure::new(Code::Integrity, "not what arrived"))
    })
}

fn words(found: &Verification) -> String {
    let files = |count: u64| match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let mut text = format!(
        "{} sound, {} read",
        files(found.sound),
        format_bytes(found.checked_bytes)
    );
    for (count, named, what) in [
        (found.changed_count, &found.changed, "changed"),
        (found.missing_count, &found.missing, "missing"),
    ] {
        if count == 0 {
            continue;
        }
        let _ = write!(text, "\n{} {what}:", files(count));
        for path in named {
            let _ = write!(text, "\n  {path}");
        }
        if count > named.len() as u64 {
            let _ = write!(text, "\n  and {} more", count - named.len() as u64);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_what_is_not_sound() {
        let mut found = Verification {
            sound: 2,
            checked_bytes: 3000,
            ..Verification::default()
        };
        assert!(!words(&found).contains('\n'), "{}", words(&found));
        found.changed = vec!["/a".to_owned()];
        found.changed_count = 21;
        found.missing = vec!["/b".to_owned()];
        found.missing_count = 1;
        let text = words(&found);
        for part in [
            "21 files changed:\n  /a\n  and 20 more",
            "1 file missing:\n  /b",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
