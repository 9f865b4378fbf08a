//! What is behind one transfer: the map of its chunks, the ways to the other device, its time line, its files.

use std::fmt::Write as _;

use chunkstream_core::units::{format_bytes, format_utc};
use chunkstream_engine::api::{
    ChunkMapView, Details, DetailsRequest, EntriesPage, EntriesRequest, EntryDetail, EntryFilter,
    EntryStanding, Failure, PathView, Stats, TransferRequest, TransferView, TurnView,
};

use crate::{access::Access, output::Output};

/// Cells of a line of the map.
const WIDTH: usize = 64;
/// Lines of the map.
const LINES: usize = 8;
/// Files that are asked for at a time.
const PAGE: u32 = 1000;

/// Shows one transfer, and what is behind it.
pub(crate) async fn show(access: &mut Access, id: String, output: &Output) -> Result<(), Failure> {
    let request = TransferRequest { id: id.clone() };
    let view: TransferView = access.call("transfer", &request).await?;
    output.transfer(&view)?;
    let cells = (WIDTH * LINES) as u32;
    let request = DetailsRequest {
        id,
        cells: Some(cells),
    };
    let details: Details = access.call("details", &request).await?;
    output.value(&details, || page(&details, &view.stats))
}

/// Lists the files of one transfer, however many.
pub(crate) async fn files(
    access: &mut Access,
    id: String,
    only: EntryFilter,
    output: &Output,
) -> Result<(), Failure> {
    let mut from = 0;
    loop {
        let request = EntriesRequest {
            id: id.clone(),
            from,
            limit: Some(PAGE),
            only,
        };
        let page: EntriesPage = access.call("entries", &request).await?;
        for entry in &page.entries {
            output.value(entry, || file_line(entry))?;
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(()),
        }
    }
}

fn page(details: &Details, stats: &Stats) -> String {
    let mut lines = vec![chunk_line(&details.chunks)];
    let cells: Vec<char> = details.chunks.map.chars().collect();
    for line in cells.chunks(WIDTH) {
        lines.push(format!("  {}", line.iter().collect::<String>()));
    }
    if !cells.is_empty() {
        lines.push(
            "  . missing  f on its way  0-9 tenths there  r there  p rebuilt from parity  - not received"
                .to_owned(),
        );
    }
    lines.extend(repair_line(stats));
    if !details.paths.is_empty() {
        lines.push("paths".to_owned());
        lines.extend(details.paths.iter().map(path_line));
    }
    lines.push("time line".to_owned());
    lines.extend(details.turns.iter().map(turn_line));
    lines.join("\n")
}

fn chunk_line(chunks: &ChunkMapView) -> String {
    let ChunkMapView {
        count,
        durable,
        in_flight,
        recovered,
        ..
    } = chunks;
    format!(
        "chunks      {durable} of {count} there, {in_flight} on their way, {recovered} rebuilt from parity"
    )
}

/// What loss and parity have cost and saved; None where there was neither.
fn repair_line(stats: &Stats) -> Option<String> {
    let seen = stats.packets_lost + stats.chunks_resent + stats.chunks_rebuilt + stats.parity_bytes;
    (seen > 0).then(|| {
        format!(
            "repair      {} packets lost, {} chunks sent again, {} of parity sent, {} chunks rebuilt from it",
            stats.packets_lost,
            stats.chunks_resent,
            format_bytes(stats.parity_bytes),
            stats.chunks_rebuilt
        )
    })
}

fn path_line(path: &PathView) -> String {
    let mut line = format!("  {}", path.address);
    if path.in_use {
        line.push_str("  in use");
    }
    if let Some(rtt) = path.rtt_ms {
        let _ = write!(line, "  {rtt:.1} ms");
    }
    if let Some(loss) = path.loss {
        let _ = write!(line, "  {:.1} % lost", loss * 100.0);
    }
    line
}

fn turn_line(turn: &TurnView) -> String {
    let reason = turn.reason.map(|reason| reason.as_str().replace('_', " "));
    let reason = reason.map(|reason| format!(": {reason}"));
    // A peer may have named the file.
    let about = turn.about.as_deref().map(printable);
    let about = about.map(|about| format!(" ({about})"));
    format!(
        "  {}  {}{}{}",
        format_utc(turn.at_ms),
        turn.state,
        reason.unwrap_or_default(),
        about.unwrap_or_default()
    )
}

fn file_line(entry: &EntryDetail) -> String {
    let standing = match entry.standing {
        EntryStanding::Waiting => "waiting".to_owned(),
        EntryStanding::Partial => format!("{} there", format_bytes(entry.durable_bytes)),
        EntryStanding::Done => "done".to_owned(),
        EntryStanding::Changed => "changed".to_owned(),
        EntryStanding::Withdrawn => "left out".to_owned(),
        EntryStanding::Skipped => "not received".to_owned(),
    };
    let stored = entry.stored_as.as_deref().map(printable);
    let stored = stored.map(|path| format!("  as {path}"));
    format!(
        "{standing:14} {:>9}  {}{}",
        format_bytes(entry.bytes),
        printable(&entry.path),
        stored.unwrap_or_default()
    )
}

fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use chunkstream_core::session::{Reason, State};
    use chunkstream_engine::api::EntryViewKind;

    use super::*;

    #[test]
    fn a_page_has_the_map_the_paths_and_the_time_line() {
        let details = Details {
            chunks: ChunkMapView {
                count: 130,
                durable: 65,
                in_flight: 2,
                recovered: 1,
                map: "r".repeat(65) + "f.",
            },
            turns: vec![TurnView {
                at_ms: 0,
                state: State::Paused,
                reason: Some(Reason::DiskFull),
                about: Some("/a\nb".to_owned()),
            }],
            paths: vec![PathView {
                address: "10.0.0.1:4433".to_owned(),
                in_use: true,
                rtt_ms: Some(12.34),
                loss: Some(0.021),
                window: None,
                mtu: None,
            }],
        };
        let text = page(&details, &Stats::default());
        let expected = [
            "chunks      65 of 130 there, 2 on their way, 1 rebuilt from parity",
            &format!("  {}", "r".repeat(64)),
            "  rf.",
            "  . missing  f on its way  0-9 tenths there  r there  p rebuilt from parity  - not received",
            "paths",
            "  10.0.0.1:4433  in use  12.3 ms  2.1 % lost",
            "time line",
            "  1970-01-01T00:00:00.000Z  paused: disk full (/a\u{fffd}b)",
        ];
        assert_eq!(text, expected.join("\n"));
    }

    #[test]
    fn a_file_is_one_line() {
        let entry = EntryDetail {
            file_id: 3,
            path: "a/b".to_owned(),
            kind: EntryViewKind::File,
            bytes: 2000,
            durable_bytes: 1000,
            standing: EntryStanding::Partial,
            stored_as: Some("a/b_".to_owned()),
        };
        let line = file_line(&entry);
        assert!(line.starts_with("1.0 kB there"), "{line}");
        assert!(line.ends_with("  a/b  as a/b_"), "{line}");
    }
}
