//! The task of one watched folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use chunkstream_core::watched::{Ignore, Print, Settling};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    super::{Engine, Shared},
    Facts, Folder,
    scan::{self, ScanError},
};
use crate::{
    api::{Code, Failure, SendRequest},
    disk::Watch,
    store::NewWatched,
};

/// Changes are looked at together: a file that is written tells of it many times.
const CALM: Duration = Duration::from_millis(500);
/// A look without word of a change: deep in folders nothing is told, and words get lost.
const ANYWAY: Duration = Duration::from_secs(60);
/// The same where the system tells nothing at all, and after a failure.
const ALONE: Duration = Duration::from_secs(5);

impl Shared {
    /// Watches a folder of which these items have been sent. Without a network nothing is: another engine may be
    /// watching it.
    pub(super) fn begin_watching(
        self: &Arc<Self>,
        id: u64,
        folder: NewWatched,
        paused: bool,
        sent: Vec<(String, Print)>,
    ) -> Arc<Folder> {
        let folder = Arc::new(Folder {
            id,
            path: PathBuf::from(folder.path),
            facts: Mutex::new(Facts {
                device: folder.device,
                paused,
                ignore: folder.ignore,
                settling: 0,
                sent: 0,
                last_ms: None,
                failure: None,
            }),
            news: Arc::new(Notify::new()),
            over: CancellationToken::new(),
        });
        self.watched.lock().insert(id, folder.clone());
        if self.endpoint.has_network() {
            let (engine, watched) = (self.clone(), folder.clone());
            self.spawn(async move {
                let over = watched.over.clone();
                let work = run(&engine, &watched, Settling::new(sent));
                tokio::select! {
                    () = engine.stop.cancelled() => {}
                    () = over.cancelled() => {}
                    () = work => {}
                }
            });
        }
        folder
    }

    /// What lies in a folder.
    pub(super) async fn items(
        &self,
        folder: PathBuf,
        ignore: Ignore,
    ) -> Result<BTreeMap<String, Print>, Failure> {
        let disk = self.disk.clone();
        let shown = folder.display().to_string();
        let looked =
            tokio::task::spawn_blocking(move || scan::items(&*disk, &folder, &ignore)).await;
        match looked {
            Ok(Ok(items)) => Ok(items),
            Ok(Err(error)) => {
                let code = match error {
                    ScanError::Unreadable(_) => Code::SourceUnreadable,
                    ScanError::TooMany => Code::Usage,
                };
                Err(Failure::new(code, error.to_string()).about(shown))
            }
            Err(error) => Err(Failure::new(Code::Internal, error.to_string())),
        }
    }
}

async fn run(shared: &Arc<Shared>, folder: &Arc<Folder>, mut settling: Settling) {
    let began = Instant::now();
    let mut watch = None;
    // Something may have come while no engine ran.
    let mut wait = Duration::ZERO;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = folder.news.notified() => tokio::time::sleep(CALM).await,
        }
        if folder.facts().paused {
            folder.news.notified().await;
            folder.news.notify_one();
            continue;
        }
        if watch.is_none() {
            watch = begin(shared, folder);
        }
        let told = if watch.is_some() { ANYWAY } else { ALONE };
        match look(shared, folder, &mut settling, began.elapsed()).await {
            Ok(again) => {
                wait = again.unwrap_or(told);
                folder.change(|facts| facts.failure = None);
            }
            Err(failure) => {
                tracing::warn!(folder = %folder.path.display(), %failure, "a watched folder waits");
                // A volume that comes back is another one to the system.
                watch = None;
                wait = ALONE;
                folder.change(|facts| facts.failure = Some(failure));
            }
        }
        folder.change(|facts| facts.settling = settling.coming());
    }
}

/// Asks the system to tell of changes; None where it does not.
fn begin(shared: &Shared, folder: &Folder) -> Option<Box<dyn Watch>> {
    let news: Arc<Notify> = folder.news.clone();
    let watch = shared.disk.watch(Box::new(move |_| news.notify_one()))?;
    watch.add(&folder.path).then_some(watch)
}

/// Looks once and sends what is ready; tells when to look again.
async fn look(
    shared: &Arc<Shared>,
    folder: &Folder,
    settling: &mut Settling,
    now: Duration,
) -> Result<Option<Duration>, Failure> {
    let facts = folder.facts();
    let there = shared.items(folder.path.clone(), facts.ignore).await?;
    let look = settling.look(now, there);
    for name in look.gone {
        shared.store.drop_watched_item(folder.id, &name).await?;
    }
    for (name, print) in look.ready {
        send(shared, folder, &folder.path.join(&name)).await?;
        shared
            .store
            .set_watched_item(folder.id, &name, &print)
            .await?;
        settling.sent(name, print);
        let now = shared.clock.unix_ms();
        folder.change(|facts| {
            facts.sent += 1;
            facts.last_ms = Some(now);
        });
    }
    Ok(look.again)
}

async fn send(shared: &Arc<Shared>, folder: &Folder, path: &Path) -> Result<(), Failure> {
    let sources = [path.to_owned()];
    let under_way = shared.same_again(folder.facts().device, &sources);
    if under_way.is_some_and(|flow| !flow.session.state().is_final()) {
        // It notices by itself that its source has changed, and somebody may have paused it.
        return Ok(());
    }
    let engine = Engine {
        shared: shared.clone(),
    };
    let request = SendRequest {
        // Names that are no Unicode are not among the items, but a folder above may have one.
        paths: vec![path.to_str().ok_or_else(|| unreadable(path))?.to_owned()],
        targets: vec![folder.facts().device.to_string()],
        ..SendRequest::default()
    };
    engine.send(request).await.map(drop)
}

fn unreadable(path: &Path) -> Failure {
    let shown = path.display().to_string();
    Failure::new(Code::SourceUnreadable, "its name is no Unicode").about(shown)
}
