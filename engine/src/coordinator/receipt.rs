//! Receipts: what a transfer that has ended has brought, file by file with its root, to be shown, kept and checked.
//!
//! The lines of the files are those of `b3sum`: `grep -v '^#' receipt.txt | b3sum --check` in the folder in which they
//! are checks them again.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use chunkstream_core::{
    id::FileId,
    session::{Direction, State},
    units::format_utc,
};

use super::{Engine, Shared, Transfer};
use crate::{
    api::{
        Code, Failure, Receipt, ReceiptExportRequest, ReceiptExported, ReceiptFile, ReceiptFormat,
        ReceiptRequest, TransferView,
    },
    disk::{Readers, WholeFile},
    store::{Fate, StoredEntry},
};

/// The most files of one page.
const MAX_PAGE: u32 = 1_000;
/// How many they are unless told otherwise.
const PAGE: u32 = 100;

impl Engine {
    /// A page of the receipt of a transfer that has ended.
    ///
    /// # Errors
    /// `IllegalState` if it has not ended, `Usage` for a page of no files or too many.
    pub async fn receipt(&self, request: ReceiptRequest) -> Result<Receipt, Failure> {
        let limit = request.limit.unwrap_or(PAGE);
        if limit == 0 || limit > MAX_PAGE {
            let text = format!("a page has between 1 and {MAX_PAGE} files");
            return Err(Failure::new(Code::Usage, text));
        }
        let transfer = self.shared.ended(&request.id)?;
        let (files, next) = self
            .shared
            .receipt_page(&transfer, request.from, limit)
            .await?;
        Ok(Receipt {
            transfer: self.shared.show(&transfer),
            files,
            next,
        })
    }

    /// Writes a receipt to a file.
    ///
    /// # Errors
    /// As [`Engine::receipt`]; `DiskUnwritable` if the file is there already or cannot be written.
    pub async fn export_receipt(
        &self,
        request: ReceiptExportRequest,
    ) -> Result<ReceiptExported, Failure> {
        let path = PathBuf::from(&request.path);
        if !path.is_absolute() {
            let failure = Failure::new(Code::Usage, "the file must be an absolute path");
            return Err(failure.about(request.path));
        }
        let transfer = self.shared.ended(&request.id)?;
        let unwritable = |error: io::Error| {
            let text = format!("{}: {error}", path.display());
            Failure::new(Code::DiskUnwritable, text).about(request.path.clone())
        };
        let begun = WholeFile::begin(&path, Readers::Usual, request.replace);
        let mut file = begun.map_err(unwritable)?;
        let view = self.shared.show(&transfer);
        let head = match request.format {
            ReceiptFormat::Text => head(&view),
            ReceiptFormat::JsonLines => json(&view)?,
        };
        file.write_all(head.as_bytes()).map_err(unwritable)?;
        let (mut from, mut files) = (0, 0);
        loop {
            let page = self.shared.receipt_page(&transfer, from, MAX_PAGE).await?;
            for entry in &page.0 {
                let line = match request.format {
                    ReceiptFormat::Text => line(entry),
                    ReceiptFormat::JsonLines => json(entry)?,
                };
                file.write_all(line.as_bytes()).map_err(unwritable)?;
                files += 1;
            }
            match page.1 {
                Some(next) => from = next,
                None => break,
            }
        }
        let finished = tokio::task::spawn_blocking(move || file.finish()).await;
        finished
            .map_err(io::Error::other)
            .flatten()
            .map_err(unwritable)?;
        Ok(ReceiptExported { files })
    }
}

impl Shared {
    fn ended(&self, id: &str) -> Result<Transfer, Failure> {
        let transfer = self.transfer(id)?;
        if transfer.session().state().is_final() {
            return Ok(transfer);
        }
        let failure = Failure::new(Code::IllegalState, "the transfer has not ended");
        Err(failure.about(id))
    }

    /// The files among the next entries that are whole at both ends, and where the page after these begins.
    async fn receipt_page(
        &self,
        transfer: &Transfer,
        from: u32,
        limit: u32,
    ) -> Result<(Vec<ReceiptFile>, Option<u32>), Failure> {
        let session = transfer.session();
        let completed = session.state() == State::Completed;
        let page = self
            .store
            .entries(session.id, FileId(from), limit + 1)
            .await?;
        let next = page.get(limit as usize).map(|entry| entry.file.0);
        let files = page.into_iter().take(limit as usize);
        Ok((
            files.filter_map(|entry| file(entry, completed)).collect(),
            next,
        ))
    }
}

fn file(stored: StoredEntry, completed: bool) -> Option<ReceiptFile> {
    let is_there = stored.entry.is_file()
        && (stored.done || completed)
        && !stored.withdrawn
        && stored.fate != Fate::Unwanted;
    is_there.then(|| ReceiptFile {
        path: stored.entry.path.as_str().to_owned(),
        bytes: stored.entry.len(),
        root: stored.root.map(|root| root.to_string()),
        stored_as: stored.stored.map(|path| path.as_str().to_owned()),
    })
}

/// What is known of the transfer, as lines that `b3sum` is not given.
fn head(view: &TransferView) -> String {
    let way = match view.direction {
        Direction::Sending => "sent to",
        Direction::Receiving => "received from",
    };
    let mut lines = vec![
        format!("ChunkStream Pro receipt of transfer {}", view.id),
        format!("{}: {}", view.state, plain(&view.title)),
        format!("{way} {} ({})", plain(&view.peer.name), view.peer.device_id),
        format!(
            "{} of {} files, {} of {} bytes",
            view.files_done, view.files, view.durable_bytes, view.bytes
        ),
        format!("begun {}", format_utc(view.created_ms)),
    ];
    lines.extend(
        view.finished_ms
            .map(|finished| format!("ended {}", format_utc(finished))),
    );
    lines.extend(
        view.folder
            .as_deref()
            .map(|folder| format!("in {}", plain(folder))),
    );
    lines.push("BLAKE3 root and path of each file:".to_owned());
    let mut text = String::new();
    for line in lines {
        text.extend(["# ", &line, "\n"]);
    }
    text
}

/// As `b3sum` prints it: with a backslash before a line whose path has backslashes or line breaks in it.
fn line(file: &ReceiptFile) -> String {
    let path = file.stored_as.as_ref().unwrap_or(&file.path);
    let Some(root) = &file.root else {
        return format!("# no root is recorded of {}\n", plain(path));
    };
    let escaped = path
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    let mark = if escaped == *path { "" } else { "\\" };
    format!("{mark}{root}  {escaped}\n")
}

/// A text that somebody else has chosen, on one line.
fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text =
        serde_json::to_string(value).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_b3sum_prints() {
        let mut file = ReceiptFile {
            path: "set/a b".to_owned(),
            bytes: 3,
            root: Some("ab".repeat(32)),
            stored_as: None,
        };
        assert_eq!(line(&file), format!("{}  set/a b\n", "ab".repeat(32)));
        file.stored_as = Some("set/a\\b\nc".to_owned());
        assert_eq!(
            line(&file),
            format!("\\{}  set/a\\\\b\\nc\n", "ab".repeat(32))
        );
        file.root = None;
        assert_eq!(line(&file), "# no root is recorded of set/a\\b\u{fffd}c\n");
    }
}
