//! Entries for the fuzz targets of `chunkstream-fuzz` into what is not public. Only with the feature `fuzzing`.

/// A sender that announces, withdraws and sends in any order: what the receiving plan counts is what there is.
pub fn receiving(bytes: &[u8]) -> bool {
    crate::coordinator::fuzz_receiving(bytes)
}

/// A receiver that claims, acknowledges and asks again in any order: what the sending plan counts is what there is.
pub fn sending(bytes: &[u8]) -> bool {
    crate::coordinator::fuzz_sending(bytes)
}

/// A line on the local socket.
pub fn local(bytes: &[u8]) -> bool {
    crate::local::understands(bytes)
}

/// The text of a file that somebody takes for an exported key.
pub fn exported_key(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(crate::keys::fuzz)
}
