//! The commands of the audit log, as methods of the engine.

use std::{fmt::Write as _, io, path::PathBuf};

use crate::{
    api::{
        AuditEntry, AuditExportRequest, AuditExported, AuditFilter, AuditFormat, AuditKind,
        AuditPage, AuditRequest, Code, Failure,
    },
    coordinator::{Engine, Shared},
    disk::{Readers, write_whole},
    store::{Event, EventFilter},
};

/// The most entries of one page.
const MAX_PAGE: u32 = 1_000;
/// How many they are unless told otherwise.
const PAGE: u32 = 100;

impl Engine {
    /// A page of the audit log, newest first.
    ///
    /// # Errors
    /// `Usage` for a page of no entries or too many.
    pub async fn audit(&self, request: AuditRequest) -> Result<AuditPage, Failure> {
        let limit = request.limit.unwrap_or(PAGE);
        if limit == 0 || limit > MAX_PAGE {
            let text = format!("a page has between 1 and {MAX_PAGE} entries");
            return Err(Failure::new(Code::Usage, text));
        }
        let shared = &self.shared;
        shared.write_notes().await;
        let mut filter = shared.event_filter(&request.only).await?;
        filter.before = request.before;
        // One more, to know whether there are more.
        let mut events = shared.store.events(&filter, limit + 1).await?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        Ok(AuditPage {
            next: events.last().map(|event| event.id).filter(|_| more),
            entries: events
                .into_iter()
                .filter_map(|event| shared.audit_entry(event))
                .collect(),
        })
    }

    /// Writes the audit log to a file that only its owner can read.
    ///
    /// # Errors
    /// `Usage` for a path that is not absolute, `DiskUnwritable` if the file is there already or cannot be written.
    pub async fn export_audit(
        &self,
        request: AuditExportRequest,
    ) -> Result<AuditExported, Failure> {
        let path = PathBuf::from(&request.path);
        if !path.is_absolute() {
            let failure = Failure::new(Code::Usage, "the file must be an absolute path");
            return Err(failure.about(request.path));
        }
        let shared = &self.shared;
        shared.write_notes().await;
        let filter = shared.event_filter(&request.only).await?;
        let events = shared.store.events(&filter, u32::MAX).await?;
        let entries = events.into_iter().rev();
        let entries: Vec<AuditEntry> = entries
            .filter_map(|event| shared.audit_entry(event))
            .collect();
        let text = match request.format {
            AuditFormat::JsonLines => lines(&entries)?,
            AuditFormat::Csv => table(&entries),
        };
        let (file, replace) = (path.clone(), request.replace);
        let written = tokio::task::spawn_blocking(move || {
            write_whole(&file, text.as_bytes(), Readers::Owner, replace)
        });
        let written = written.await.map_err(io::Error::other).flatten();
        written.map_err(|error| {
            let text = format!("{}: {error}", path.display());
            Failure::new(Code::DiskUnwritable, text).about(request.path)
        })?;
        Ok(AuditExported {
            entries: entries.len() as u32,
        })
    }
}

impl Shared {
    async fn event_filter(&self, only: &AuditFilter) -> Result<EventFilter, Failure> {
        let device = match &only.device {
            Some(text) => Some(self.resolve(text).await?.device),
            None => None,
        };
        let kinds = only.kinds.iter().map(|kind| kind.as_str().to_owned());
        Ok(EventFilter {
            before: None,
            kinds: kinds.collect(),
            device,
            since_ms: only.since_ms,
            until_ms: only.until_ms,
        })
    }

    /// What is shown of an event; nothing of one whose kind this version does not know.
    fn audit_entry(&self, event: Event) -> Option<AuditEntry> {
        let known = event.device.map(|device| self.peer_view(device));
        Some(AuditEntry {
            id: event.id,
            at_ms: event.at_ms,
            last_ms: event.last_ms,
            count: event.count,
            kind: AuditKind::parse(&event.kind)?,
            device: known.as_ref().map(|view| view.device_id.clone()),
            name: known
                .filter(|view| !view.device_id.starts_with(&view.name))
                .map(|view| view.name),
            transfer: event.session.map(|id| id.to_string()),
            detail: event.detail,
        })
    }
}

fn lines(entries: &[AuditEntry]) -> Result<String, Failure> {
    let mut text = String::new();
    for entry in entries {
        let line = serde_json::to_string(entry)
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// RFC 4180, with times of RFC 3339 in UTC.
fn table(entries: &[AuditEntry]) -> String {
    let mut text = String::from("id,first,last,count,kind,device,name,transfer,detail\r\n");
    for entry in entries {
        let detail: Vec<String> = entry
            .detail
            .iter()
            .map(|(word, value)| format!("{word}={value}"))
            .collect();
        let _ = write!(
            text,
            "{},{},{},{},{},{},{},{},{}\r\n",
            entry.id,
            chunkstream_core::units::format_utc(entry.at_ms),
            chunkstream_core::units::format_utc(entry.last_ms),
            entry.count,
            entry.kind.as_str(),
            entry.device.as_deref().unwrap_or_default(),
            cell(entry.name.as_deref().unwrap_or_default()),
            entry.transfer.as_deref().unwrap_or_default(),
            cell(&detail.join("; "))
        );
    }
    text
}

/// A cell of text that a peer may have chosen. An apostrophe keeps spreadsheets from taking it for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = text.replace('"', "\"\"");
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{text}\"")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn entry(name: &str, title: &str) -> AuditEntry {
        AuditEntry {
            id: 3,
            at_ms: 1_790_000_000_000,
            last_ms: 1_790_000_001_500,
            count: 2,
            kind: AuditKind::OfferReceived,
            device: Some("AAAA".to_owned()),
            name: Some(name.to_owned()),
            transfer: None,
            detail: BTreeMap::from([("title".to_owned(), title.to_owned())]),
        }
    }

    #[test]
    fn a_table_has_its_header_and_no_formula() {
        let text = table(&[entry("=1+1", "a \"b\", c")]);
        assert_eq!(
            text,
            "id,first,last,count,kind,device,name,transfer,detail\r\n\
             3,2026-09-21T14:13:20.000Z,2026-09-21T14:13:21.500Z,2,offer_received,AAAA,\"'=1+1\",,\
             \"title=a \"\"b\"\", c\"\r\n"
        );
    }

    #[test]
    fn lines_are_the_entries() {
        let written = entry("x", "y");
        let text = lines(std::slice::from_ref(&written)).expect("json");
        let read: AuditEntry = serde_json::from_str(text.trim_end()).expect("an entry");
        assert_eq!((read, text.lines().count()), (written, 1));
    }
}
