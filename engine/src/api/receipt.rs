//! What can be shown of a transfer to somebody who was not there: every file with its root.

use serde::{Deserialize, Serialize};

use super::TransferView;

/// Asks for a page of a receipt.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReceiptRequest {
    /// The transfer: its id, or a beginning of it that no other has.
    pub id: String,
    /// The first number of the page: the `next` of the page before.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub from: u32,
    /// At most so many files, 1 to 1000; 100 if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
}

/// A page of a receipt.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Receipt {
    /// The transfer, as it ended.
    pub transfer: TransferView,
    /// Its files that are whole at both ends, in the order in which they were sent.
    pub files: Vec<ReceiptFile>,
    /// The `from` of the next page; None at the end.
    pub next: Option<u32>,
}

/// One file of a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReceiptFile {
    /// Path as it was sent, with `/`.
    pub path: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// The BLAKE3 root in hex, as `b3sum` prints it; None if it was not recorded.
    pub root: Option<String>,
    /// Receiving: the path under which it is stored, if not its own.
    pub stored_as: Option<String>,
}

/// How a receipt is written to a file.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ReceiptFormat {
    /// What is known of the transfer as lines that begin with `#`, then a line for each file as `b3sum` prints it.
    #[default]
    Text,
    /// One JSON object per line: the transfer, then each file.
    JsonLines,
}

/// Writes a receipt to a file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReceiptExportRequest {
    /// The transfer.
    pub id: String,
    /// The absolute path of the file.
    pub path: String,
    /// Whether a file that is there is replaced; an error if not.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub replace: bool,
    /// How.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub format: ReceiptFormat,
}

/// What `export_receipt` wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReceiptExported {
    /// Files.
    pub files: u32,
}
