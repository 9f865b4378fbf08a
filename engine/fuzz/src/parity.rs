//! Parity that comes in: datagrams of a tail, and the shards of a stripe.

use chunkstream_core::{
    chunk::{
        Geometry, erasure,
        tail::{self, Assembly},
    },
    wire::{Copy, Repair},
};

use crate::Input;

/// A datagram is refused, or is what it says; what is rebuilt from a mixture of true and false parity is what the digest
/// says, or nothing.
pub(crate) fn datagram(bytes: &[u8]) -> bool {
    let mut taken = false;
    if let Ok(Some(copy)) = Copy::decode(bytes) {
        assert_eq!(copy.encode(), bytes);
        taken = true;
    }
    if let Ok(Some(repair)) = Repair::decode(bytes) {
        assert_eq!(repair.encode(), bytes);
        taken = true;
    }
    taken | assembly(bytes)
}

fn assembly(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let len = usize::from(input.u16()) % 8192;
    let count = input.u16() % 64;
    let content: Vec<u8> = (0..len).map(|at| (at * 31 + at / 256) as u8).collect();
    let (Ok(parity), digest) = (tail::parity(&content, count), tail::digest(&content)) else {
        return false;
    };
    let prefix = content[..len.min(usize::from(input.u16()))].to_vec();
    let Ok(mut assembly) = Assembly::new(prefix, len, count, digest) else {
        return false;
    };
    let symbol = parity.len() / usize::from(count.max(1));
    while !input.is_empty() {
        // From the first lie on only the digest tells.
        match input.byte() % 8 {
            0 => {
                let offset = input.u64();
                let len = usize::from(input.byte());
                let wrong = input.bytes(len);
                let _ = assembly.take(offset, wrong);
            }
            1 => {
                let first = input.u16();
                let mut wrong = input.bytes(symbol).to_vec();
                wrong.resize(symbol, 0xAA);
                let _ = assembly.take_parity(first, &wrong);
            }
            2..=4 => {
                let first = input.u16() % count.max(1);
                let start = usize::from(first) * symbol;
                let part = parity.get(start..start + symbol).unwrap_or_default();
                let _ = assembly.take_parity(first, part);
            }
            _ => {
                let start = usize::from(input.u16()).min(len);
                let end = len.min(start + usize::from(input.u16()));
                assembly
                    .take(start as u64, &content[start..end])
                    .expect("inside");
            }
        }
        let before = assembly.content().to_vec();
        if assembly.can_be_rebuilt() {
            match assembly.rebuild() {
                Ok(()) => {
                    assert_eq!(
                        tail::digest(assembly.content()),
                        digest,
                        "rebuilt as something else"
                    );
                    assert!(assembly.is_whole());
                    return true;
                }
                Err(_) => assert_eq!(assembly.content(), before, "changed without need"),
            }
        }
    }
    true
}

/// A stripe that lost any shards comes back as it was, or is an error and as it was before.
pub(crate) fn stripe(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let (data, parity) = (input.byte() % 24, input.byte() % 12);
    let Ok(geometry) = Geometry::new(data, parity) else {
        return false;
    };
    let (k, m) = (usize::from(geometry.data()), usize::from(geometry.parity()));
    let longest = usize::from(input.u16() % 2048) + 1;
    // The last data shard may be short.
    let last = usize::from(input.u16()) % longest + 1;
    let lens: Vec<usize> = (0..k)
        .map(|at| if at + 1 == k && k > 1 { last } else { longest })
        .collect();
    let mut shards: Vec<Vec<u8>> = lens
        .iter()
        .map(|len| {
            let mut shard = input.bytes((*len).min(16)).to_vec();
            shard.resize(*len, 0x5A);
            shard
        })
        .collect();
    let slices: Vec<&[u8]> = shards.iter().map(Vec::as_slice).collect();
    let made = erasure::encode(k, m, &slices).expect("a stripe of a valid geometry");
    assert_eq!(made.len(), m);
    shards.extend(made);
    let mut lost: Vec<Option<Vec<u8>>> = shards.iter().cloned().map(Some).collect();
    let mut gone = 0;
    for shard in &mut lost {
        if input.byte() % 3 == 1 {
            *shard = None;
            gone += 1;
        }
    }
    let before = lost.clone();
    if erasure::repair(k, m, &mut lost, &lens).is_ok() {
        let found = lost[..k]
            .iter()
            .map(|shard| shard.as_deref().expect("repaired"));
        assert!(
            found.eq(shards[..k].iter().map(Vec::as_slice)),
            "not what was lost"
        );
    } else {
        assert!(gone > m, "{gone} lost of {k}+{m}");
        assert_eq!(lost, before);
    }
    // What a peer says of the lengths may be anything.
    let mut wrong = before;
    let lens: Vec<usize> = (0..k).map(|_| usize::from(input.u16())).collect();
    let _ = erasure::repair(k, m, &mut wrong, &lens);
    true
}
