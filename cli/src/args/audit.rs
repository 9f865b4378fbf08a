//! `audit`: what is shown of the log, and the names of its kinds.

use std::{path::PathBuf, time::Duration};

use chunkstream_engine::api::AuditKind;
use clap::Args;

use super::quantities::duration;

/// What to show of the audit log, the newest last.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// What happened so long ago at most, such as 24h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) since: Option<Duration>,
    /// What is about this device: its id, its ticket or its name
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<String>,
    /// What is of this kind, such as paired or refused; may be given several times
    #[arg(long, value_name = "KIND", value_parser = audit_kind)]
    pub(crate) kind: Vec<AuditKind>,
    /// At most so many, the newest; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) limit: u32,
    /// Write all of it to this new file as comma-separated values, or as lines of JSON with --json
    #[arg(long, value_name = "FILE", conflicts_with = "limit")]
    pub(crate) export: Option<PathBuf>,
}

fn audit_kind(text: &str) -> Result<AuditKind, String> {
    AuditKind::parse(&text.replace('-', "_")).ok_or_else(|| {
        let words: Vec<&str> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("the kinds are {}", words.join(", "))
    })
}
