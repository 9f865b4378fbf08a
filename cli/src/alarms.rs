//! `alarms`: where another key was found than the one that is known.

use std::path::Path;

use chunkstream_core::units::format_utc;
use chunkstream_engine::api::{AlarmRequest, AlarmView, Failure, Nothing};
use serde_json::json;

use crate::{access::Access, exit::Exit, output::Output};

/// Lists alarms, or acknowledges one.
pub(crate) async fn run(
    data: &Path,
    acknowledge: Option<u64>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream alarms").await?;
    let result = act(&mut access, acknowledge, output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(
    access: &mut Access,
    acknowledge: Option<u64>,
    output: &Output,
) -> Result<(), Failure> {
    if let Some(id) = acknowledge {
        access
            .order("acknowledge_alarm", &AlarmRequest { id })
            .await?;
        return output.value(&json!({ "acknowledged": id }), || {
            format!("alarm {id} is acknowledged")
        });
    }
    let alarms: Vec<AlarmView> = access.call("alarms", &Nothing {}).await?;
    if alarms.is_empty() {
        output.note("there are no alarms");
    }
    alarms
        .iter()
        .try_for_each(|alarm| output.value(alarm, || page(alarm)))
}

fn page(alarm: &AlarmView) -> String {
    let state = alarm.acknowledged_ms.map_or_else(
        || format!("open: chunkstream alarms --acknowledge {}", alarm.id),
        |at| format!("acknowledged {}", format_utc(at)),
    );
    format!(
        "{}  {}  {} ({})\n  found {} at {}, {} times, last {}\n  {}\n  {state}",
        alarm.id,
        alarm.kind.as_str().replace('_', " "),
        alarm.device.name,
        alarm.device.device_id,
        alarm.found,
        alarm.address,
        alarm.count,
        format_utc(alarm.last_ms),
        alarm.advice,
    )
}
