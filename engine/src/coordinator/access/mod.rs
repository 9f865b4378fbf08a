//! What devices may do here, beyond their role: rules, the folders that rules name, names, and alarms.
//!
//! What a rule allows is decided in [`chunkstream_core::access`]; that a transfer stays within it is the receiving task's
//! to see to (`receiving/granted.rs`).

mod alarms;

use std::path::PathBuf;

use chunkstream_core::{
    access::{AcceptRule, FolderTemplate},
    device::DeviceId,
    path::RelPath,
    session::Role,
    units::format_date,
    wire::MAX_NAME,
};

use super::{Engine, Shared, audit::Note};
use crate::{
    AcceptPolicy,
    api::{AuditKind, Code, DeviceView, Failure, RenameRequest, RuleRequest},
    disk::Kind,
};

impl Engine {
    /// Sets what a device may bring without a question, or lifts all limits of that.
    ///
    /// # Errors
    /// `Usage` for a rule that cannot be kept.
    pub async fn set_rule(&self, request: RuleRequest) -> Result<DeviceView, Failure> {
        let shared = &self.shared;
        let device = shared.resolve(&request.device).await?.device;
        if let Some(rule) = &request.rule {
            let usage = |text: String| Failure::new(Code::Usage, text);
            rule.check().map_err(|e| usage(e.to_string()))?;
            let folder = rule.folder.as_ref();
            let base = folder.and_then(|folder| folder.expand("x", "x").0);
            if base.is_some_and(|base| !base.is_absolute()) {
                return Err(usage(
                    "the folder of a rule is below the inbox folder, or an absolute path".into(),
                ));
            }
        }
        let known = shared.store.device(device).await?;
        let role = known.as_ref().map_or(Role::Ask, |known| known.role);
        if known.is_none_or(|known| !known.known) {
            // So that it is in the list, and stays there.
            shared.store.set_role(device, role, None).await?;
        }
        shared.store.set_rule(device, request.rule.as_ref()).await?;
        let note = Note::new(AuditKind::RuleChanged).of(device);
        shared.note(match &request.rule {
            Some(rule) => note.with("rule", serde_json::to_string(rule).unwrap_or_default()),
            None => note,
        });
        self.changed_device(device).await
    }

    /// Gives a device another name here.
    ///
    /// # Errors
    /// `Usage` for a name that cannot be shown.
    pub async fn rename_device(&self, request: RenameRequest) -> Result<DeviceView, Failure> {
        let shared = &self.shared;
        let device = shared.resolve(&request.device).await?.device;
        let name = request.name.trim();
        if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
            let text = format!("a name has 1 to {MAX_NAME} bytes and no control characters");
            return Err(Failure::new(Code::Usage, text));
        }
        let role = shared.role(device).await?;
        shared.store.set_role(device, role, Some(name)).await?;
        shared.note(
            Note::new(AuditKind::DeviceRenamed)
                .of(device)
                .with("to", name),
        );
        self.changed_device(device).await
    }

    /// What is shown of a device that was just changed.
    async fn changed_device(&self, device: DeviceId) -> Result<DeviceView, Failure> {
        let shared = &self.shared;
        shared.learn(device).await;
        shared.updates.devices_changed();
        let id = device.to_string();
        let views = shared.device_views().await?;
        let view = views.into_iter().find(|view| view.device_id == id);
        view.ok_or_else(|| Failure::new(Code::Internal, "the device is not there").about(id))
    }
}

impl Shared {
    /// By what an offer of that device is accepted without asking: its rule, or none that limits it. None if it is asked
    /// about.
    pub(crate) async fn grant(&self, device: DeviceId) -> Result<Option<AcceptRule>, Failure> {
        let role = self.role(device).await?;
        let accepted = match self.accept {
            AcceptPolicy::ByRole => matches!(role, Role::Mine | Role::Trusted),
            AcceptPolicy::Ask => false,
            AcceptPolicy::All => role != Role::Blocked,
        };
        if !accepted || self.is_suspect(device).await? {
            return Ok(None);
        }
        Ok(Some(self.store.rule(device).await?.unwrap_or_default()))
    }

    /// Where a rule puts what a device brings.
    ///
    /// # Errors
    /// `DiskUnwritable` if something on the way there, in what the device's name or an earlier transfer may have chosen,
    /// is no folder: a link there would lead elsewhere.
    pub(crate) async fn folder_of(
        &self,
        device: DeviceId,
        template: Option<&FolderTemplate>,
    ) -> Result<PathBuf, Failure> {
        let inbox = self.inbox_folder();
        let Some(template) = template else {
            return Ok(inbox);
        };
        let known = self.store.device(device).await?;
        // What it calls itself may be another tomorrow, and the name of somebody else.
        let name = known
            .and_then(|known| known.name)
            .unwrap_or_else(|| device.short());
        let (base, parts) = template.expand(&name, &format_date(self.clock.unix_ms()));
        let mut folder = base.unwrap_or(inbox);
        let disk = self.disk.clone();
        super::receiving::blocking(move || {
            for part in parts {
                // What was expanded is one component, and leads nowhere: see the core.
                let part = RelPath::parse(&part)
                    .map_err(|e| Failure::new(Code::BadPath, e.to_string()).about(&part))?;
                folder = part.to_native(&folder);
                let there = disk.metadata(&folder);
                if there.is_ok_and(|there| there.kind != Kind::Folder) {
                    let shown = folder.display().to_string();
                    let text = format!("{shown} is in the way of the folder that a rule names");
                    return Err(Failure::new(Code::DiskUnwritable, text).about(shown));
                }
            }
            Ok(folder)
        })
        .await
    }
}
