//! `audit`: what happened that somebody may ask about later.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use chunkstream_core::units::format_utc;
use chunkstream_engine::api::{
    AuditEntry, AuditExportRequest, AuditExported, AuditFilter, AuditFormat, AuditPage,
    AuditRequest, Failure,
};

use crate::{access::Access, args::Audit, exit::Exit, folder, output::Output};

/// The most entries of one request.
const PAGE: u32 = 1000;

/// Shows the newest entries, or writes all to a file.
pub(crate) async fn run(data: &Path, what: Audit, output: &Output) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream audit").await?;
    let result = act(&mut access, what, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(access: &mut Access, what: Audit, output: &Output) -> Result<(), Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let ago = |ago| now.unwrap_or_default().saturating_sub(ago).as_millis() as u64;
    let only = AuditFilter {
        kinds: what.kind,
        device: what.device,
        since_ms: what.since.map(ago),
        until_ms: None,
    };
    if let Some(path) = what.export {
        let format = if output.is_json() {
            AuditFormat::JsonLines
        } else {
            AuditFormat::Csv
        };
        let request = AuditExportRequest {
            path: folder::text(&path)?,
            replace: false,
            format,
            only,
        };
        let done: AuditExported = access.call("export_audit", &request).await?;
        return output.value(&done, || {
            format!("{} entries written to {}", done.entries, path.display())
        });
    }
    let wanted = if what.limit == 0 {
        u32::MAX
    } else {
        what.limit
    };
    let mut entries: Vec<AuditEntry> = Vec::new();
    let mut before = None;
    loop {
        let request = AuditRequest {
            before,
            limit: Some(PAGE.min(wanted - entries.len() as u32)),
            only: only.clone(),
        };
        let page: AuditPage = access.call("audit", &request).await?;
        entries.extend(page.entries);
        before = page.next;
        if before.is_none() || entries.len() as u32 >= wanted {
            break;
        }
    }
    if entries.is_empty() {
        output.note("the audit log has nothing of that");
    }
    let mut oldest_first = entries.iter().rev();
    oldest_first.try_for_each(|entry| output.value(entry, || line(entry)))
}

/// One entry in a line. What peers may have written has no control characters.
fn line(entry: &AuditEntry) -> String {
    let times = if entry.count > 1 {
        format!(" x{}", entry.count)
    } else {
        String::new()
    };
    let who = entry.name.as_deref().or(entry.device.as_deref());
    let details = entry.detail.iter();
    let details: Vec<String> = details
        .map(|(word, text)| format!("{word}={text}"))
        .collect();
    let line = format!(
        "{}  {}{times}  {}  {}",
        format_utc(entry.at_ms),
        entry.kind.as_str().replace('_', " "),
        who.unwrap_or_default(),
        details.join("  ")
    );
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chunkstream_engine::api::AuditKind;

    use super::*;

    #[test]
    fn an_entry_is_one_line() {
        let mut entry = AuditEntry {
            id: 1,
            at_ms: 0,
            last_ms: 9,
            count: 3,
            kind: AuditKind::RoleChanged,
            device: Some("AAAA".to_owned()),
            name: Some("desk".to_owned()),
            transfer: None,
            detail: BTreeMap::from([("to".to_owned(), "mine".to_owned())]),
        };
        assert_eq!(
            line(&entry),
            "1970-01-01T00:00:00.000Z  role changed x3  desk  to=mine"
        );
        (entry.count, entry.name, entry.device) = (1, None, None);
        entry.detail.clear();
        assert_eq!(line(&entry), "1970-01-01T00:00:00.000Z  role changed");
    }
}
