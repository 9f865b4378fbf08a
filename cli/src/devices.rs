//! `devices`: who is known here, and what they may do.

use std::path::Path;

use chunkstream_core::{access::AcceptRule, session::Role, units::format_bytes};
use chunkstream_engine::api::{
    Code, DeviceLimitRequest, DeviceRequest, DeviceView, Failure, Nothing, RenameRequest,
    RuleRequest, TrustRequest,
};
use serde_json::json;

use crate::{
    access::Access,
    args::{AnyRole, Devices, RuleAction},
    exit::Exit,
    output::Output,
};

/// Lists devices, or decides about one and shows it.
pub(crate) async fn run(
    data: &Path,
    action: Option<Devices>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream devices").await?;
    let result = act(&mut access, action.unwrap_or(Devices::List), output).await;
    access.close().await;
    result.map(|()| Exit::Done)
}

async fn act(access: &mut Access, action: Devices, output: &Output) -> Result<(), Failure> {
    let view: DeviceView = match action {
        Devices::List => {
            let views: Vec<DeviceView> = access.call("devices", &Nothing {}).await?;
            return output.devices(&views);
        }
        Devices::Forget { id } => {
            access
                .order("forget", &DeviceRequest { device: id.clone() })
                .await?;
            return output.value(&json!({ "forgotten": id }), || {
                format!("{id} is a stranger again")
            });
        }
        Devices::Trust { id, role, name } => {
            let request = TrustRequest {
                device: id,
                role: role.into(),
                name,
            };
            access.call("trust", &request).await?
        }
        Devices::Limit { id, send, receive } => {
            let request = DeviceLimitRequest {
                device: id,
                send,
                receive,
            };
            access.call("limit_device", &request).await?
        }
        Devices::Block { id }
        | Devices::Role {
            id,
            role: AnyRole::Blocked,
        } => access.call("block", &DeviceRequest { device: id }).await?,
        Devices::Role { id, role } => {
            let request = TrustRequest {
                device: id,
                role: role.into(),
                name: None,
            };
            access.call("trust", &request).await?
        }
        Devices::Rename { id, name } => {
            let request = RenameRequest { device: id, name };
            access.call("rename_device", &request).await?
        }
        Devices::Rule { action } => return rule(access, action, output).await,
    };
    output.devices(std::slice::from_ref(&view))
}

/// Shows the rule of a device, after changing it if that is asked for.
async fn rule(access: &mut Access, action: RuleAction, output: &Output) -> Result<(), Failure> {
    let view = match action {
        RuleAction::Show { id } => shown(access, &id).await?,
        RuleAction::Clear { id } => {
            let request = RuleRequest {
                device: id,
                rule: None,
            };
            access.call("set_rule", &request).await?
        }
        RuleAction::Set {
            id,
            max,
            types,
            into,
        } => {
            let rule = AcceptRule {
                max_bytes: max,
                types,
                folder: into,
            };
            let request = RuleRequest {
                device: id,
                rule: Some(rule),
            };
            access.call("set_rule", &request).await?
        }
    };
    let value = json!({ "device_id": view.device_id, "name": view.name, "role": view.role, "rule": view.rule });
    output.value(&value, || page(&view))
}

/// One device of the list.
async fn shown(access: &mut Access, id: &str) -> Result<DeviceView, Failure> {
    let views: Vec<DeviceView> = access.call("devices", &Nothing {}).await?;
    let same = |view: &DeviceView| {
        view.device_id.eq_ignore_ascii_case(id) || view.name.eq_ignore_ascii_case(id)
    };
    let mut found = views.into_iter().filter(same);
    match (found.next(), found.next()) {
        (Some(view), None) => Ok(view),
        (Some(_), Some(_)) => {
            let text = format!("several devices are called {id}; use the device id");
            Err(Failure::new(Code::BadTarget, text))
        }
        (None, _) => Err(Failure::new(
            Code::NotFound,
            format!("no known device is called {id}"),
        )),
    }
}

fn page(view: &DeviceView) -> String {
    let rule = view.rule.clone().unwrap_or_default();
    let asked = match view.role {
        Role::Ask => "\nits role is ask, so that each of its offers is a question anyway",
        Role::Blocked => "\nit is blocked, and reaches nothing",
        Role::Mine | Role::Trusted => "",
    };
    let types: Vec<String> = rule.types.iter().map(ToString::to_string).collect();
    let types = if types.is_empty() {
        "any".to_owned()
    } else {
        types.join(", ")
    };
    format!(
        "{} without a question\nat most  {}\ntypes    {types}\ninto     {}{asked}",
        view.name,
        rule.max_bytes.map_or("no limit".to_owned(), format_bytes),
        rule.folder
            .map_or("the inbox folder".to_owned(), |folder| folder.to_string()),
    )
}
