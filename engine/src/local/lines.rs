//! Lines of JSON on a local stream, bounded before they are stored.

use std::io;

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
};

/// The longest request: ten thousand paths of a hundred bytes fit.
pub(super) const MAX_REQUEST: usize = 1024 * 1024;
/// The longest reply: the whole history. A transfer takes 1 to 10 KB of it.
pub(super) const MAX_REPLY: usize = 1024 * 1024 * 1024;

/// The next line without its end; None at the end of the stream.
///
/// # Errors
/// `InvalidData` for a line of more than `max` bytes, `UnexpectedEof` for one that is cut short.
pub(super) async fn read_line(
    stream: &mut (impl AsyncBufRead + Unpin),
    max: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    // One more for the end of the line.
    let mut bounded = stream.take(max as u64 + 1);
    bounded.read_until(b'\n', &mut line).await?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok(Some(line));
    }
    if line.is_empty() {
        return Ok(None);
    }
    let kind = if line.len() > max {
        io::ErrorKind::InvalidData
    } else {
        io::ErrorKind::UnexpectedEof
    };
    Err(kind.into())
}

/// Writes one value as a line.
pub(super) async fn write_line(
    stream: &mut (impl AsyncWrite + Unpin),
    value: &impl serde::Serialize,
) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &[u8], max: usize) -> Vec<Result<Option<Vec<u8>>, io::ErrorKind>> {
        let mut stream = text;
        let mut found = Vec::new();
        loop {
            let line = read_line(&mut stream, max)
                .await
                .map_err(|error| error.kind());
            let last = !matches!(line, Ok(Some(_)));
            found.push(line);
            if last {
                return found;
            }
        }
    }

    #[tokio::test]
    async fn lines_come_one_by_one_until_the_end() {
        let found = lines(b"one\n\ntwo\n", 3).await;
        let expected = [
            Ok(Some(b"one".to_vec())),
            Ok(Some(Vec::new())),
            Ok(Some(b"two".to_vec())),
            Ok(None),
        ];
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn one_byte_over_the_limit_is_refused() {
        assert_eq!(lines(b"four\n", 4).await[0], Ok(Some(b"four".to_vec())));
        assert_eq!(
            lines(b"fives\n", 4).await[0],
            Err(io::ErrorKind::InvalidData)
        );
        assert_eq!(lines(b"fives", 4).await[0], Err(io::ErrorKind::InvalidData));
    }

    #[tokio::test]
    async fn a_line_that_is_cut_short_is_no_line() {
        assert_eq!(lines(b"cut", 4).await[0], Err(io::ErrorKind::UnexpectedEof));
    }
}
