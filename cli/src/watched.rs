//! `watched`: folders whose content is sent by itself.

use std::path::Path;

use chunkstream_core::watched::Ignore;
use chunkstream_engine::api::{
    Code, Failure, Nothing, WatchChange, WatchRequest, WatchedRequest, WatchedView,
};
use serde_json::json;

use crate::{access::Access, args::Watched, exit::Exit, folder, output::Output};

/// Lists them, or changes which these are.
pub(crate) async fn run(
    data: &Path,
    action: Option<Watched>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream watched").await?;
    let result = act(&mut access, action.unwrap_or(Watched::List), output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(access: &mut Access, action: Watched, output: &Output) -> Result<(), Failure> {
    let change = |id, paused, ignore| WatchChange { id, paused, ignore };
    let view: WatchedView = match action {
        Watched::List => {
            let views: Vec<WatchedView> = access.call("watched_folders", &Nothing {}).await?;
            if views.is_empty() {
                output.note("no folder is watched");
            }
            return views
                .iter()
                .try_for_each(|view| output.value(view, || page(view)));
        }
        Watched::Remove { number } => {
            access
                .order("unwatch_folder", &WatchedRequest { id: number })
                .await?;
            return output.value(&json!({ "removed": number }), || {
                format!("folder {number} is watched no longer")
            });
        }
        Watched::Add {
            folder,
            to,
            ignore,
            existing,
        } => {
            let path = folder::absolute(&folder);
            let path = path.to_str().ok_or_else(|| {
                let shown = folder.display();
                Failure::new(
                    Code::Usage,
                    format!("{shown} has a name that is no Unicode"),
                )
            })?;
            let request = WatchRequest {
                path: path.to_owned(),
                device: to,
                ignore: (!ignore.is_empty()).then(|| patterns(ignore)).transpose()?,
                existing,
            };
            access.call("watch_folder", &request).await?
        }
        Watched::Ignore {
            number,
            patterns: texts,
        } => {
            let request = change(number, None, Some(patterns(texts)?));
            access.call("change_watched", &request).await?
        }
        Watched::Pause { number } => {
            let request = change(number, Some(true), None);
            access.call("change_watched", &request).await?
        }
        Watched::Resume { number } => {
            let request = change(number, Some(false), None);
            access.call("change_watched", &request).await?
        }
    };
    output.value(&view, || page(&view))
}

fn patterns(texts: Vec<String>) -> Result<Ignore, Failure> {
    Ignore::try_from(texts).map_err(|e| Failure::new(Code::Usage, e.to_string()))
}

fn page(view: &WatchedView) -> String {
    let state = match (&view.failure, view.paused, view.settling) {
        (_, true, _) => "paused".to_owned(),
        (Some(failure), ..) => format!("waits: {failure}"),
        (None, _, 0) => "watched".to_owned(),
        (None, _, settling) => format!("watched, {settling} still changing"),
    };
    let ignored: Vec<String> = view.ignore.clone().into();
    let ignored = if ignored.is_empty() {
        "nothing".to_owned()
    } else {
        ignored.join(" ")
    };
    format!(
        "{}  {}\n  to {} ({}), {state}\n  ignored: {ignored}",
        view.id, view.path, view.device_name, view.device_id
    )
}
