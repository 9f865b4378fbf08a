//! Messages of the wire, and the frames in which they stand.

use chunkstream_core::{
    pairing::PairError,
    wire::{
        Checked, ChunkHeader, FromReceiver, FromSender, Hello, LENGTH_BYTES, MAX_CHUNK_HEADER,
        MAX_CONTROL, MAX_PAIR, Opening, PairMessage, PairRefusal, decode, decode_length, encode,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::Input;

/// A message is refused, or it is one that can be said again and is then the same.
pub(crate) fn message(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    match input.byte() % 6 {
        0 => same::<Hello>(input.rest(), MAX_CONTROL),
        1 => same::<Opening>(input.rest(), MAX_CONTROL),
        2 => same::<FromSender>(input.rest(), MAX_CONTROL),
        3 => same::<FromReceiver>(input.rest(), MAX_CONTROL),
        4 => same::<ChunkHeader>(input.rest(), MAX_CHUNK_HEADER),
        _ => same::<PairMessage>(input.rest(), MAX_PAIR),
    }
}

fn same<T: Serialize + DeserializeOwned + Checked + PartialEq + std::fmt::Debug>(
    bytes: &[u8],
    limit: usize,
) -> bool {
    let Ok(message) = decode::<T>(&bytes[..bytes.len().min(limit)]) else {
        return false;
    };
    // Numbers may have been written longer than needed, never shorter.
    let again =
        encode(&message, limit).expect("what was read within the limit can be written within it");
    let read = decode::<T>(&again[LENGTH_BYTES..]).expect("what was written can be read");
    assert_eq!(read, message);
    true
}

/// A stream of frames as `control::read_message` takes them off: nothing is read beyond a length that is over the limit.
pub(crate) fn framing(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let limit = match input.byte() % 3 {
        0 => MAX_CONTROL,
        1 => MAX_PAIR,
        _ => MAX_CHUNK_HEADER,
    };
    let mut messages = 0;
    while !input.is_empty() {
        let Ok(len) = decode_length(input.array(), limit) else {
            break;
        };
        assert!(len <= limit);
        let body = input.bytes(len);
        if body.len() < len {
            break;
        }
        messages += u32::from(decode::<FromSender>(body).is_ok());
        messages += u32::from(decode::<FromReceiver>(body).is_ok());
        if let Ok(PairMessage::Refused(why)) = decode::<PairMessage>(body) {
            // Every reason of this side has a word on the wire.
            let words = [PairError::NotOpen, PairError::Expired, PairError::WrongCode];
            assert!(words.map(PairRefusal::from).contains(&why) || why != PairRefusal::NotOpen);
        }
    }
    messages > 0
}
