//! A host that shows a code, a ticket or words, and guests that say whatever they like whenever they like.

use std::time::Duration;

use chunkstream_core::{
    device::{DeviceId, TicketSecret},
    pairing::{
        Channel, GuestExchange, HostExchange, Invitation, Nonce, PairingCode, TicketGuest, Way,
    },
    wire::{Opening, PairMessage, PairStart, decode},
};

use crate::Input;

/// Whatever guests say: who does not have the secret is not let in, and nobody is let in twice.
pub(crate) fn invitation(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let channel = Channel {
        guest: DeviceId([1; 20]),
        host: DeviceId([2; 20]),
        exporter: [3; 32],
    };
    // Others than those of the seeds, so that nothing off the wire is right.
    let (code, secret) = (
        PairingCode::from_random([14; 8]),
        TicketSecret::new([15; 16]),
    );
    let way = match input.byte() % 3 {
        0 => Way::Code(code, secret),
        1 => Way::Ticket(secret),
        _ => Way::Words,
    };
    let mut now = Duration::ZERO;
    let mut open = Invitation::new(way, now, Duration::from_secs(u64::from(input.u16())));
    let mut begun: Vec<HostExchange> = Vec::new();
    let (mut let_in, mut said) = (0, 0);
    while !input.is_empty() {
        let was_open = open.check(now).is_ok();
        match input.byte() % 8 {
            // Time passes.
            0 => now += Duration::from_millis(u64::from(input.u16())),
            // An opening as it comes off the wire.
            1 => {
                let len = usize::from(input.byte());
                let Ok(Opening::Pair(start)) = decode::<Opening>(input.bytes(len)) else {
                    continue;
                };
                said += 1;
                match start {
                    PairStart::Code(share) => {
                        if let Ok((host, _)) = open.exchange(now, channel, &share, [6; 32]) {
                            assert!(was_open);
                            begun.push(host);
                        }
                    }
                    PairStart::Ticket(proof) => {
                        assert!(
                            open.redeem(now, &channel, &proof).is_err(),
                            "let in without the secret"
                        );
                    }
                    PairStart::Words(commitment) => {
                        let nonce = Nonce::new([7; 32]);
                        if let Ok(host) = open.compare(now, channel, commitment, nonce) {
                            let _ = host.words(&Nonce::new(input.array()));
                        }
                    }
                }
            }
            // A proof as it comes off the wire, for one of the exchanges.
            2 => {
                let len = usize::from(input.byte());
                let Ok(PairMessage::Proof(proof)) = decode::<PairMessage>(input.bytes(len)) else {
                    continue;
                };
                said += 1;
                if let Some(host) = begun.pop() {
                    assert!(
                        open.confirm(now, host, &proof).is_err(),
                        "let in without the code"
                    );
                    assert!(open.check(now).is_err(), "a second guess");
                }
            }
            // The guest that has the code.
            3 => {
                let (guest, share) = GuestExchange::begin(code, channel, input.array());
                if let Ok((host, answer)) = open.exchange(now, channel, &share, [8; 32]) {
                    let (confirming, proof) = guest.answer(&answer).expect("an honest host");
                    let proof = open.confirm(now, host, &proof).expect("the right code");
                    confirming.finish(&proof).expect("the right host");
                    let_in += 1;
                }
            }
            // The guest that has another one.
            4 => {
                let other = PairingCode::from_random(input.array());
                let (guest, share) = GuestExchange::begin(other, channel, [9; 32]);
                if let Ok((host, answer)) = open.exchange(now, channel, &share, [8; 32]) {
                    let (_, proof) = guest.answer(&answer).expect("an honest host");
                    let let_in_now = open.confirm(now, host, &proof).is_ok();
                    assert_eq!(let_in_now, other == code);
                    let_in += u32::from(let_in_now);
                }
            }
            // The guest that has the ticket.
            5 => {
                let (guest, proof) = TicketGuest::begin(&secret, &channel);
                if let Ok(answer) = open.redeem(now, &channel, &proof) {
                    assert!(was_open);
                    guest.finish(&answer).expect("the right host");
                    let_in += 1;
                }
            }
            6 => open.close(),
            _ => {
                // The host may lie to a guest.
                let (guest, _) = GuestExchange::begin(code, channel, [1; 32]);
                let len = usize::from(input.byte());
                if let Ok(PairMessage::Share(share)) = decode::<PairMessage>(input.bytes(len)) {
                    let _ = guest.answer(&share);
                    said += 1;
                }
            }
        }
        assert!(let_in <= 1, "one invitation let in {let_in}");
    }
    let_in + said > 0
}
