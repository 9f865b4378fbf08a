//! `receipt`: what a transfer that has ended has brought, file by file with its root.

use std::path::{Path, PathBuf};

use chunkstream_engine::api::{
    Failure, Receipt, ReceiptExportRequest, ReceiptExported, ReceiptFile, ReceiptFormat,
    ReceiptRequest,
};

use crate::{access::Access, exit::Exit, folder, output::Output};

/// Files that are asked for at a time.
const PAGE: u32 = 1000;

/// Shows a receipt, or writes it to a file.
pub(crate) async fn run(
    data: &Path,
    id: String,
    export: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream receipt").await?;
    let result = act(&mut access, id, export, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(
    access: &mut Access,
    id: String,
    export: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    if let Some(path) = export {
        let format = if output.is_json() {
            ReceiptFormat::JsonLines
        } else {
            ReceiptFormat::Text
        };
        let request = ReceiptExportRequest {
            id,
            path: folder::text(&path)?,
            replace: false,
            format,
        };
        let done: ReceiptExported = access.call("export_receipt", &request).await?;
        return output.value(&done, || {
            format!(
                "receipt over {} files written to {}",
                done.files,
                path.display()
            )
        });
    }
    let mut from = 0;
    loop {
        let request = ReceiptRequest {
            id: id.clone(),
            from,
            limit: Some(PAGE),
        };
        let page: Receipt = access.call("receipt", &request).await?;
        if from == 0 {
            output.transfer(&page.transfer)?;
        }
        for file in &page.files {
            output.value(file, || line(file))?;
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(()),
        }
    }
}

/// One file in a line. A peer may have chosen its name.
fn line(file: &ReceiptFile) -> String {
    let path = file.stored_as.as_ref().unwrap_or(&file.path);
    let root = file.root.as_deref().unwrap_or("(no root recorded)");
    format!("{root}  {}", path.replace(char::is_control, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_root_and_the_path_under_which_it_is_stored() {
        let mut file = ReceiptFile {
            path: "a".to_owned(),
            bytes: 1,
            root: Some("ab".to_owned()),
            stored_as: None,
        };
        assert_eq!(line(&file), "ab  a");
        (file.root, file.stored_as) = (None, Some("a\n2".to_owned()));
        assert_eq!(line(&file), "(no root recorded)  a\u{fffd}2");
    }
}
