//! Sizes, rates and times as a person writes them, and what is said of those that make no sense.

use std::time::Duration;

use chunkstream_core::{
    chunk::ChunkSize,
    units::{parse_duration, parse_rate, parse_size},
};

pub(super) fn chunk_size(text: &str) -> Result<ChunkSize, String> {
    let bytes = parse_size(text).map_err(|e| e.to_string())?;
    ChunkSize::try_from(u32::try_from(bytes).unwrap_or(u32::MAX)).map_err(|e| e.to_string())
}

pub(super) fn rate(text: &str) -> Result<u64, String> {
    match parse_rate(text) {
        Ok(0) => Err("a limit of nothing would never end".into()),
        Ok(rate) => Ok(rate),
        Err(error) => Err(error.to_string()),
    }
}

/// A rate in bytes per second; 0 for no limit.
pub(super) fn limit(text: &str) -> Result<u64, String> {
    if text == "none" {
        return Ok(0);
    }
    rate(text).map_err(|error| format!("{error}, or none"))
}

pub(super) fn size(text: &str) -> Result<u64, String> {
    if text == "0" {
        return Ok(0);
    }
    parse_size(text).map_err(|e| e.to_string())
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|e| e.to_string())
}
