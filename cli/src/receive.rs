//! `receive`: waits for files, and serves what is unfinished in either direction.

use std::path::Path;

use chunkstream_core::session::{Direction, State};
use chunkstream_engine::{
    Engine,
    api::{Code, Failure, Nothing, SettingsRequest, TransferView},
    local::{self, Lock},
};

use crate::{
    access::{self, elsewhere},
    args::Receive,
    ask::Asker,
    exit::Exit,
    folder,
    interrupt::Interrupt,
    nearby,
    output::{Event, Output},
    watch::Watch,
};

/// Receives until interrupted, or until the first transfer has ended.
pub(crate) async fn run(
    data: &Path,
    how: Receive,
    output: &Output,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    let lock = Lock::take(data, "chunkstream receive")?;
    let mut config = access::config(data);
    config.accept = how.accept.into();
    config.inbox_folder = how.into.as_deref().map(folder::absolute);
    if let Some(address) = how.listen {
        config = config.listen(address);
    }
    config.discovery = nearby::network();
    let engine = Engine::start(config).await.map_err(elsewhere)?;
    if let Some(conflict) = how.conflict {
        let request = SettingsRequest {
            conflict: Some(conflict.into()),
            ..SettingsRequest::default()
        };
        engine.change_settings(request).await?;
    }
    let result = serve(&engine, &lock, how.once, output, interrupt).await;
    engine.shutdown().await;
    result
}

async fn serve(
    engine: &Engine,
    lock: &Lock,
    once: bool,
    output: &Output,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    engine.keep_listen_address().await?;
    let _server = local::serve(engine.clone(), lock)?;
    let identity = engine.identity(Nothing {}).await?;
    output.event(&Event::Ready {
        ticket: identity.ticket,
        device_id: identity.device_id,
        name: identity.name,
        listen: identity.listen,
        into: identity.inbox_folder,
    })?;
    let mut updates = engine.subscribe();
    let mut watch: Option<Watch> = None;
    let mut asker = Asker::new(output.is_json());
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            () = asker.answered(engine, output) => continue,
            () = interrupt.hear() => return Ok(Exit::Interrupted),
        };
        let Some(update) = update else {
            return Err(Failure::new(Code::Internal, "the engine has stopped"));
        };
        let watch = watch.get_or_insert_with(|| Watch::new(&update.transfers));
        for view in &update.transfers {
            let events = watch.look(view);
            for event in &events {
                tell(event, view, output, &mut asker)?;
            }
            let ended = events
                .iter()
                .any(|event| matches!(event, Event::Completed { .. } | Event::Failed { .. }));
            if ended && once && counts(view) {
                return Ok(Exit::of_transfer(view));
            }
            // The transfer waits for a person to mend the disk; a script with `--once` has none. It is kept.
            if once
                && counts(view)
                && let Some(failure) = disk_trouble(view)
            {
                return Err(failure.clone());
            }
        }
    }
}

fn tell(
    event: &Event,
    view: &TransferView,
    output: &Output,
    asker: &mut Asker,
) -> Result<(), Failure> {
    let waits = matches!(event, Event::Offer { waits: true, .. });
    if waits && asker.is_possible() {
        // The question says it all.
        asker.offer(view, output);
        return Ok(());
    }
    let asking = asker.is_possible() && view.state == State::Created;
    if asking && matches!(event, Event::State { .. }) {
        return Ok(());
    }
    if matches!(event, Event::Completed { .. } | Event::Failed { .. }) {
        asker.gone(&view.id);
    }
    output.event(event)?;
    if waits {
        let id = &view.id;
        output.note(&format!(
            "answer with: chunkstream transfers accept {id} (or decline)"
        ));
    }
    Ok(())
}

/// Whether this is the one transfer that `--once` waits for: what was declined here is not.
fn counts(view: &TransferView) -> bool {
    let declined = view
        .failure
        .as_ref()
        .is_some_and(|failure| failure.code == Code::Declined);
    let wished = view.state == State::Cancelled && (view.failure.is_none() || declined);
    view.direction == Direction::Receiving && !wished
}

/// Why a transfer that has not ended cannot be written here.
fn disk_trouble(view: &TransferView) -> Option<&Failure> {
    let failure = view.failure.as_ref().filter(|_| !view.state.is_final());
    failure.filter(|failure| matches!(failure.code, Code::DiskFull | Code::DiskUnwritable))
}
