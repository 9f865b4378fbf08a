//! `settings`: what a person has set for this device.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use chunkstream_core::units::{format_bytes, format_rate};
use chunkstream_engine::api::{Failure, Identity, Nothing, SettingsRequest, SettingsView};

use crate::{access::Access, args::Settings, exit::Exit, output::Output};

/// Changes what is given, and shows what is set.
pub(crate) async fn run(data: &Path, what: Settings, output: &Output) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream settings").await?;
    let result = act(&mut access, what, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(access: &mut Access, what: Settings, output: &Output) -> Result<(), Failure> {
    let request = SettingsRequest {
        conflict: what.conflict.map(Into::into),
        inbox_quota: what.quota,
        outbox_hours: what.outbox_hours,
        outbox_order: what.outbox_order.map(Into::into),
        send_limit: what.send_limit,
        receive_limit: what.receive_limit,
        visibility: what.visibility.map(Into::into),
        ..SettingsRequest::default()
    };
    if request != SettingsRequest::default() {
        let _: Identity = access.call("change_settings", &request).await?;
    }
    let view: SettingsView = access.call("settings", &Nothing {}).await?;
    output.value(&view, || page(&view))
}

fn page(view: &SettingsView) -> String {
    let quota = view.inbox_quota.map_or("no limit".to_owned(), format_bytes);
    let hours = view
        .outbox_hours
        .map_or("for ever".to_owned(), |hours| format!("for {hours} hours"));
    let limit = |rate: Option<u64>| rate.map_or("no limit".to_owned(), format_rate);
    format!(
        "names that are taken  {}\ninbox folder          {quota}\noutbox waits          {hours}\n\
         outbox order          {}\nsent at most          {}\nreceived at most      {}\nvisible nearby to     {}",
        word(&view.conflict),
        word(&view.outbox_order),
        limit(view.send_limit),
        limit(view.receive_limit),
        visible(view)
    )
}

fn visible(view: &SettingsView) -> String {
    let word = word(&view.visibility).replace('-', " ");
    let until = view.visible_until_ms.and_then(|until| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        until.checked_sub(now.as_millis() as u64)
    });
    match until {
        Some(left) => format!("{word}, for {} minutes", left.div_ceil(60_000)),
        None => word,
    }
}

/// The word by which the boundary calls a value.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('_', "-")
}
