//! `send`: sends and waits until every receiver has confirmed.
//!
//! A transfer that an earlier `send` of the same paths to the same device left unfinished is gone on with,
//! so that the same command can be given again until it succeeds.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use chunkstream_core::{chunk::ChunkSize, session::Direction};
use chunkstream_engine::{
    Engine,
    api::{Code, Failure, SendRequest, Update},
    local::{self, Lock},
};
use tokio::time::{Instant, sleep_until};

use crate::{
    access,
    args::Send,
    changed::Decider,
    exit::Exit,
    folder,
    interrupt::Interrupt,
    nearby,
    output::{Event, FailedCode, Output, Wish},
    watch::{Watch, is_unreached},
};

/// Sends to all targets; the exit code is the first that is not 0, in the order of the targets.
pub(crate) async fn run(
    data: &Path,
    what: Send,
    output: &Output,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    let paths = what
        .paths
        .iter()
        .map(|path| folder::text(path))
        .collect::<Result<Vec<_>, _>>()?;
    let lock = Lock::take(data, "chunkstream send")?;
    let mut config = access::config(data).listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
    config.congestion = what.congestion.into();
    config.discovery = nearby::network();
    // It ends with the transfer: nobody needs to find it.
    config.announce = false;
    let engine = Engine::start(config).await?;
    let result = async {
        let _server = local::serve(engine.clone(), &lock)?;
        let mut sending = Sending {
            engine: &engine,
            output,
            paths,
            what,
            followed: BTreeMap::new(),
        };
        sending.begin().await?;
        sending.follow(interrupt).await
    }
    .await;
    engine.shutdown().await;
    result
}

struct Sending<'a> {
    engine: &'a Engine,
    output: &'a Output,
    paths: Vec<String>,
    what: Send,
    /// By the number of the target.
    followed: BTreeMap<usize, Followed>,
}

/// One target's transfer.
struct Followed {
    id: String,
    /// Whether an earlier `send` began it.
    adopted: bool,
    /// Since when the device has not been reached.
    unreached: Option<Instant>,
    exit: Option<Exit>,
}

impl Sending<'_> {
    /// Begins the transfers, or goes on with those of the same paths that are unfinished; all targets are
    /// understood before any begins.
    async fn begin(&mut self) -> Result<(), Failure> {
        let request = SendRequest {
            paths: self.paths.clone(),
            targets: self.what.to.clone(),
            priority: self.what.priority,
            parity: Some(self.what.parity),
            chunk_size: self.what.chunk.map(ChunkSize::bytes),
            limit: self.what.limit,
            ..SendRequest::default()
        };
        let sent = self.engine.send(request).await?;
        for (number, id) in sent.transfers.into_iter().enumerate() {
            let adopted = sent.taken_up.contains(&id);
            if adopted {
                self.output.note(&format!("going on with transfer {id}"));
            }
            self.followed.insert(number, Followed::new(id, adopted));
        }
        Ok(())
    }

    /// Tells what happens until every transfer has come to something.
    async fn follow(&mut self, interrupt: &mut Interrupt) -> Result<Exit, Failure> {
        let mut updates = self.engine.subscribe();
        let mut watch = Watch::new([]);
        let mut decider = Decider::new(self.what.on_change, self.output.is_json());
        loop {
            self.stop(&decider.stopped())?;
            if let Some(exit) = self.exit() {
                return Ok(exit);
            }
            let until = self
                .followed
                .values()
                .filter_map(|followed| followed.deadline(self.what.wait))
                .min();
            tokio::select! {
                update = updates.next() => match update {
                    Some(update) => self.hear(&update, &mut watch, &mut decider).await?,
                    None => return Err(Failure::new(Code::Internal, "the engine has stopped")),
                },
                () = async { sleep_until(until.unwrap_or_else(Instant::now)).await }, if until.is_some() => self.give_up()?,
                answered = decider.answered(self.engine, self.output) => answered?,
                () = interrupt.hear() => {
                    self.interrupted()?;
                    return Ok(Exit::Interrupted);
                }
            }
        }
    }

    async fn hear(
        &mut self,
        update: &Update,
        watch: &mut Watch,
        decider: &mut Decider,
    ) -> Result<(), Failure> {
        for view in &update.transfers {
            let mut followed = self.followed.values_mut();
            let Some(followed) = followed.find(|followed| followed.id == view.id) else {
                continue;
            };
            for event in watch.look(view) {
                self.output.event(&event)?;
            }
            decider
                .look(self.engine, self.output, view, followed.adopted)
                .await?;
            if view.state.is_final() {
                followed.exit.get_or_insert(Exit::of_transfer(view));
            } else if !is_unreached(view) {
                followed.unreached = None;
            } else {
                followed.unreached.get_or_insert_with(Instant::now);
            }
        }
        Ok(())
    }

    /// Transfers about whose sources nobody decides now are kept.
    fn stop(&mut self, ids: &[String]) -> Result<(), Failure> {
        for followed in self.followed.values_mut() {
            if ids.contains(&followed.id) && followed.exit.is_none() {
                followed.exit = Some(Exit::Local);
                let message = format!(
                    "files changed while they were being sent; decide with: chunkstream transfers changed {} new (or skip)",
                    followed.id
                );
                let code = FailedCode::Engine(Code::SourceChanged);
                self.output.event(&kept(followed, code, &message))?;
            }
        }
        Ok(())
    }

    /// The time of at least one device is over.
    fn give_up(&mut self) -> Result<(), Failure> {
        let now = Instant::now();
        for followed in self.followed.values_mut() {
            if followed
                .deadline(self.what.wait)
                .is_some_and(|deadline| deadline <= now)
            {
                followed.exit = Some(Exit::NotReached);
                let message = "the device was not reached in the time allowed";
                self.output.event(&kept(
                    followed,
                    FailedCode::Engine(Code::Unreachable),
                    message,
                ))?;
            }
        }
        Ok(())
    }

    fn interrupted(&self) -> Result<(), Failure> {
        let open = self
            .followed
            .values()
            .filter(|followed| followed.exit.is_none());
        for followed in open {
            self.output.event(&kept(
                followed,
                FailedCode::Wish(Wish::Interrupted),
                "interrupted",
            ))?;
        }
        Ok(())
    }

    /// What all came to, once all have come to something.
    fn exit(&self) -> Option<Exit> {
        let exits: Option<Vec<Exit>> = self
            .followed
            .values()
            .map(|followed| followed.exit)
            .collect();
        Some(
            exits?
                .into_iter()
                .find(|exit| *exit != Exit::Done)
                .unwrap_or(Exit::Done),
        )
    }
}

impl Followed {
    fn new(id: String, adopted: bool) -> Self {
        Self {
            id,
            adopted,
            unreached: Some(Instant::now()),
            exit: None,
        }
    }

    fn deadline(&self, wait: Option<Duration>) -> Option<Instant> {
        if self.exit.is_some() {
            return None;
        }
        // A time beyond all clocks is none.
        self.unreached?.checked_add(wait?)
    }
}

fn kept(followed: &Followed, code: FailedCode, message: &str) -> Event {
    Event::Failed {
        transfer: Some(followed.id.clone()),
        direction: Some(Direction::Sending),
        code,
        message: message.to_owned(),
        detail: None,
        kept: true,
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    #[test]
    fn the_time_allowed_runs_only_while_the_device_is_not_reached() {
        let mut followed = Followed::new("id".into(), false);
        let wait = Some(Duration::from_secs(30));
        assert!(followed.deadline(wait).is_some());
        assert_eq!(followed.deadline(None), None);
        assert_eq!(followed.deadline(Some(Duration::MAX)), None);
        followed.unreached = None;
        assert_eq!(followed.deadline(wait), None);
    }
}
