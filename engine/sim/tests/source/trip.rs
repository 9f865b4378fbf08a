//! A folder on its way between two devices, what is asked and decided about it, and what must have come of it.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{ChangedChoice, ChangedRequest, Code, TransferView},
    core::{
        chunk::ParityMode,
        session::{Reason, State},
    },
};
use chunkstream_sim::{
    content::noise,
    network::Link,
    world::{Device, Kill, World},
};

pub(crate) const MIB: usize = 1024 * 1024;
pub(crate) const BIG: &str = "/home/trip/big";

/// Two durable devices on a line of 40 Mbit/s and 20 ms, and a folder of 10 MiB and more on its way.
pub(crate) struct Trip {
    pub(crate) world: World,
    pub(crate) ada: Device,
    pub(crate) bob: Device,
    pub(crate) id: String,
    /// What the other files are, which nobody touches.
    pub(crate) small: Vec<(String, Vec<u8>)>,
}

impl Trip {
    pub(crate) async fn begin(seed: u64, parity: ParityMode) -> Self {
        let link = Link {
            rate_bits: Some(40_000_000),
            delay: Duration::from_millis(10),
            queue_bytes: Some(256 * 1024),
            ..Link::default()
        };
        let world = World::new(seed, link);
        let ada = world.durable_device("ada", |_| {}).await;
        let bob = world
            .durable_device("bob", |config| config.accept = AcceptPolicy::All)
            .await;
        write(&ada, BIG, &noise(seed, 10 * MIB));
        // Behind it in the manifest, so that something is left when it changes.
        let small: Vec<_> = (0..20)
            .map(|number| {
                (
                    format!("small/{number:02}"),
                    noise(seed + 1 + number, 40_000),
                )
            })
            .chain([("tail".to_owned(), noise(seed + 99, 3 * MIB))])
            .collect();
        for (name, content) in &small {
            write(&ada, &format!("/home/trip/{name}"), content);
        }
        let mut request = ada.request(&["/home/trip"], &bob);
        request.parity = Some(parity);
        let id = ada.begin(request).await;
        ada.until(&id, |view| view.durable_bytes > 3 * MIB as u64)
            .await;
        Self {
            world,
            ada,
            bob,
            id,
            small,
        }
    }

    pub(crate) async fn decide(&self, choice: ChangedChoice) {
        let request = ChangedRequest {
            id: self.id.clone(),
            choice,
        };
        self.ada
            .engine
            .decide_changed(request)
            .await
            .expect("decided");
    }

    pub(crate) async fn asked(&self) -> TransferView {
        asked(&self.ada, &self.id).await
    }

    pub(crate) async fn finished(&self) -> TransferView {
        let sent = self.ada.finished(&self.id).await;
        let received = self.bob.finished(&self.id).await;
        assert_eq!(
            (sent.files, sent.bytes, sent.durable_bytes),
            (received.files, received.bytes, received.durable_bytes)
        );
        assert_eq!(sent.changed, None);
        sent
    }

    /// The other files arrived, and of the big one exactly this.
    pub(crate) fn arrived(&self, big: Option<&[u8]>) {
        for (name, content) in &self.small {
            let found = self.bob.disk.read_file(format!("/inbox/trip/{name}"));
            assert!(found.expect("it arrived") == *content, "{name} differs");
        }
        let found = self.bob.disk.read_file("/inbox/trip/big");
        match big {
            Some(big) => {
                let found = found.expect("it arrived");
                assert!(
                    found == big,
                    "{} bytes, {} expected",
                    found.len(),
                    big.len()
                );
            }
            None => assert!(found.is_err(), "it was to be left out"),
        }
        nothing_left_behind(&self.bob);
    }
}

pub(crate) fn nothing_left_behind(device: &Device) {
    let left = device.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

pub(crate) fn write(device: &Device, path: &str, content: &[u8]) {
    device.disk.write_file(path, content).expect("written");
}

/// Waits until a person is asked.
pub(crate) async fn asked(device: &Device, id: &str) -> TransferView {
    let view = device
        .until(id, |view| {
            assert!(
                !view.state.is_final(),
                "{:?} {:?}",
                view.state,
                view.failure
            );
            (view.state, view.reason) == (State::Paused, Some(Reason::SourceChanged))
        })
        .await;
    let code = view.failure.as_ref().map(|failure| failure.code);
    assert_eq!(code, Some(Code::SourceChanged));
    view
}

/// Kills these of the two, true being the sender, and starts them again.
pub(crate) async fn kill(trip: &mut Trip, victims: &[bool]) {
    for &sender in victims {
        let device = if sender { &mut trip.ada } else { &mut trip.bob };
        trip.world.kill(device, Kill::Process).await;
    }
    for &sender in victims {
        let device = if sender { &mut trip.ada } else { &mut trip.bob };
        trip.world.start(device).await;
    }
}
