//! The commands of the boundary, as methods of the engine.

use std::{path::PathBuf, sync::Arc};

use chunkstream_core::{
    chunk::{ChunkSize, MAX_STRIPE_PARITY, ParityMode},
    device::Ticket,
    id::TransferId,
    priority::TokenBucket,
    session::{Direction, Reason, Role, State},
};

use super::{
    Engine, Shared, Transfer,
    audit::Note,
    resolve::Destination,
    sending::{self, Outgoing, SendPlan},
    session::{Acceptance, Facts, Order, Session, is_offer},
    start,
};
use crate::{
    api::{
        AcceptRequest, Again, AuditKind, Code, DeviceRequest, DeviceView, Failure, Identity,
        Nothing, PriorityRequest, SendRequest, Sent, SettingsRequest, SettingsView,
        TransferRequest, TransferView, TrustRequest,
    },
    network::address,
    store::NewSession,
};

/// Sources and targets of one request.
pub(super) const MAX_SOURCES: usize = 10_000;
const MAX_TARGETS: usize = 100;

impl Engine {
    /// This device, with a ticket of the addresses that it has now.
    pub async fn identity(&self, _: Nothing) -> Result<Identity, Failure> {
        self.shared.identity()
    }

    /// What a person has set.
    pub async fn settings(&self, _: Nothing) -> Result<SettingsView, Failure> {
        Ok(self.shared.settings().view())
    }

    /// Changes what is given; the rest stays.
    pub async fn change_settings(&self, request: SettingsRequest) -> Result<Identity, Failure> {
        let shared = &self.shared;
        shared.change_settings(request).await?;
        shared.updates.identity_changed();
        shared.identity()
    }

    /// Begins one transfer for each target. Returns as soon as they are recorded; nothing is scanned first.
    pub async fn send(&self, request: SendRequest) -> Result<Sent, Failure> {
        let paths = self.shared.sources(&request.paths).await?;
        if request.targets.is_empty() || request.targets.len() > MAX_TARGETS {
            return Err(Failure::new(
                Code::Usage,
                "name between one and a hundred devices to send to",
            ));
        }
        let wanted = request.chunk_size.map(ChunkSize::try_from).transpose();
        let wanted = wanted.map_err(|e| Failure::new(Code::Usage, e.to_string()))?;
        if request.limit == Some(0) {
            return Err(Failure::new(
                Code::Usage,
                "a limit of nothing would never send; pause the transfer instead",
            ));
        }
        // All targets are understood before anything begins.
        let mut destinations = Vec::new();
        for target in &request.targets {
            let destination = self.shared.destination(target).await?;
            self.shared.check_alarms(destination.device).await?;
            destinations.push(destination);
        }
        let (mut transfers, mut taken_up) = (Vec::new(), Vec::new());
        for destination in destinations {
            if request.again == Again::TakeUp
                && let Some(flow) = self.shared.same_again(destination.device, &paths)
            {
                let id = flow.session.id.to_string();
                self.shared.go_on(&flow, &destination, &request).await?;
                transfers.push(id.clone());
                taken_up.push(id);
                continue;
            }
            let chunk_size = wanted.unwrap_or_else(|| {
                self.shared
                    .chunk_size_for(destination.device, request.limit)
            });
            let chunk_size = fit(request.parity, chunk_size, wanted.is_some())?;
            let id = self
                .shared
                .begin_sending(&paths, destination, &request, chunk_size)
                .await?;
            transfers.push(id.to_string());
        }
        Ok(Sent {
            transfers,
            taken_up,
        })
    }

    /// All transfers, oldest first.
    pub async fn transfers(&self, _: Nothing) -> Result<Vec<TransferView>, Failure> {
        Ok(self
            .shared
            .transfers()
            .iter()
            .map(|transfer| self.shared.show(transfer))
            .collect())
    }

    /// One transfer, with its first entries whatever its state.
    pub async fn transfer(&self, request: TransferRequest) -> Result<TransferView, Failure> {
        let transfer = self.shared.transfer(&request.id)?;
        self.shared.capture(transfer.session());
        let mut view = self.shared.show(&transfer);
        // Of an offer they may be nowhere else yet.
        if !is_offer(view.direction, view.state) {
            view.preview = self.shared.preview(transfer.session().id).await?;
        }
        Ok(view)
    }

    /// Takes an offer.
    pub async fn accept(&self, request: AcceptRequest) -> Result<Nothing, Failure> {
        let folder = match request.into {
            None => self.shared.inbox_folder(),
            Some(folder) => {
                let path = PathBuf::from(&folder);
                if !path.is_absolute() {
                    return Err(
                        Failure::new(Code::Usage, "the folder must be an absolute path")
                            .about(folder),
                    );
                }
                path
            }
        };
        let how = Acceptance {
            folder,
            conflict: request.conflict,
            only: request.only,
            by_rule: None,
        };
        self.order(&request.id, Order::Accept(Box::new(how))).await
    }

    /// Refuses an offer.
    pub async fn decline(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        self.order(&request.id, Order::Decline).await
    }

    /// Holds a transfer.
    pub async fn pause(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        self.order(&request.id, Order::Pause).await
    }

    /// Holds a transfer no longer.
    pub async fn resume(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        self.order(&request.id, Order::Resume).await
    }

    /// Ends a transfer unfinished.
    pub async fn cancel(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        self.order(&request.id, Order::Cancel).await
    }

    /// Changes a transfer's class; the sender's to do.
    pub async fn set_priority(&self, request: PriorityRequest) -> Result<Nothing, Failure> {
        self.order(&request.id, Order::Priority(request.priority))
            .await
    }

    /// Holds every transfer that can be held.
    pub async fn pause_all(&self, _: Nothing) -> Result<Nothing, Failure> {
        for transfer in self.shared.served() {
            let session = transfer.session();
            let offer = is_offer(session.direction, session.state());
            if !offer
                && matches!(
                    session.state(),
                    State::Created | State::Preparing | State::Active
                )
            {
                // One that ends at this moment needs no pause.
                let _ = session.order(Order::Pause).await;
            }
        }
        Ok(Nothing {})
    }

    /// Takes back every hold of this side.
    pub async fn resume_all(&self, _: Nothing) -> Result<Nothing, Failure> {
        for transfer in self.shared.served() {
            let (state, reason) = {
                let facts = transfer.session().facts();
                (facts.state, facts.reason)
            };
            // What is over a rule is decided one by one.
            if state == State::Paused && reason != Some(Reason::OverRule) {
                let _ = transfer.session().order(Order::Resume).await;
            }
        }
        Ok(Nothing {})
    }

    /// Takes an ended transfer out of the history. What has arrived stays where it is; what was kept of an
    /// unfinished one for a retry is removed.
    pub async fn remove(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        // Its sender may offer it anew: not while it is being removed.
        let _one_at_a_time = self.shared.routing.lock().await;
        let transfer = self.shared.transfer(&request.id)?;
        let session = transfer.session();
        if !session.state().is_final() {
            return Err(Failure::new(
                Code::IllegalState,
                "the transfer has not ended; cancel it first",
            )
            .about(request.id));
        }
        let row = self.shared.store.session(session.id).await?;
        // The row first: it is refused for one that goes on, which needs what is kept.
        self.shared.store.remove_session(session.id).await?;
        if row.direction == Direction::Receiving
            && row.state != State::Completed
            && let Some(folder) = &row.folder
        {
            self.shared
                .remove_staging(session.id, std::path::Path::new(folder))
                .await;
        }
        self.shared.take_back(session.id);
        self.shared.let_go(session.id);
        Ok(Nothing {})
    }

    /// All devices that this one knows or has heard from.
    pub async fn devices(&self, _: Nothing) -> Result<Vec<DeviceView>, Failure> {
        self.shared.device_views().await
    }

    /// Gives a device a role, and a name if one is given.
    pub async fn trust(&self, request: TrustRequest) -> Result<DeviceView, Failure> {
        let destination = self.shared.resolve(&request.device).await?;
        let name = request.name.or(destination.name.clone());
        self.decide(&destination, request.role, name.as_deref())
            .await
    }

    /// A device reaches nothing from now on; what it has under way ends.
    pub async fn block(&self, request: DeviceRequest) -> Result<DeviceView, Failure> {
        let destination = self.shared.resolve(&request.device).await?;
        let view = self.decide(&destination, Role::Blocked, None).await?;
        self.shared.unwatch_all(destination.device).await?;
        // The connections first: what the device does or does not read must not hold up the rest.
        self.shared
            .peers
            .get(destination.device)
            .close(crate::network::close::REFUSED);
        for transfer in self.shared.served() {
            let session = transfer.session();
            if session.peer() == destination.device && !session.state().is_final() {
                let _ = session.order(Order::Cancel).await;
            }
        }
        Ok(view)
    }

    /// A device is a stranger again.
    pub async fn forget(&self, request: DeviceRequest) -> Result<Nothing, Failure> {
        let destination = self.shared.resolve(&request.device).await?;
        self.shared.store.forget_device(destination.device).await?;
        self.shared.limit_device(destination.device, None, None);
        self.shared.unwatch_all(destination.device).await?;
        self.shared.store.set_rule(destination.device, None).await?;
        self.shared
            .store
            .forget_rotations(destination.device)
            .await?;
        self.shared.store.forget_alarms(destination.device).await?;
        self.shared.updates.alarms_changed();
        self.shared.store.forget_paths(destination.device).await?;
        self.shared.paths.forget(destination.device);
        self.shared
            .note(Note::new(AuditKind::DeviceForgotten).of(destination.device));
        self.shared.learn(destination.device).await;
        self.shared.updates.devices_changed();
        Ok(Nothing {})
    }

    async fn order(&self, id: &str, order: Order) -> Result<Nothing, Failure> {
        self.shared.transfer(id)?.session().order(order).await?;
        Ok(Nothing {})
    }

    async fn decide(
        &self,
        destination: &Destination,
        role: Role,
        name: Option<&str>,
    ) -> Result<DeviceView, Failure> {
        let shared = &self.shared;
        if !destination.addresses.is_empty() {
            let own = destination.name.as_deref().unwrap_or_default();
            shared.remember(destination, own).await?;
        }
        let before = shared.role(destination.device).await?;
        shared
            .store
            .set_role(destination.device, role, name)
            .await?;
        let note = Note::new(AuditKind::RoleChanged).of(destination.device);
        shared.note(note.with("from", before.as_str()).with("to", role.as_str()));
        shared.learn(destination.device).await;
        shared.updates.devices_changed();
        let id = destination.device.to_string();
        let views = shared.device_views().await?;
        views
            .into_iter()
            .find(|view| view.device_id == id)
            .ok_or_else(|| Failure::new(Code::Internal, "the device is not there").about(id))
    }
}

impl Shared {
    /// This device, as others see it.
    pub(super) fn identity(&self) -> Result<Identity, Failure> {
        let listen = self.endpoint.local_address()?;
        let settings = self.settings();
        let ticket = Ticket::new(
            self.key.id(),
            settings.name.clone(),
            address::reachable(listen),
        )
        .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        Ok(Identity {
            name: settings.name,
            device_id: self.key.id().to_string(),
            ticket: ticket.to_string(),
            listen: listen.to_string(),
            inbox_folder: settings.inbox_folder.display().to_string(),
            hint: self.endpoint.hint(),
        })
    }

    pub(super) fn show(&self, transfer: &Transfer) -> TransferView {
        let session = transfer.session();
        session.view(self.peer_view(session.peer()), self.elapsed())
    }

    /// All devices, those that somebody decided about first.
    pub(super) async fn device_views(&self) -> Result<Vec<DeviceView>, Failure> {
        let devices = self.store.devices().await?;
        let mut rules = self.store.rules().await?;
        Ok(devices
            .into_iter()
            .map(|device| DeviceView {
                device_id: device.id.to_string(),
                name: start::peer_view(device.id, Some(&device)).name,
                role: device.role,
                known: device.known,
                online: self.peers.is_online(device.id),
                nearby: self.nearby.has(device.id),
                addresses: device.addresses,
                last_seen_ms: device.last_seen_ms,
                send_limit: device.send_limit,
                receive_limit: device.receive_limit,
                rule: rules.remove(&device.id),
            })
            .collect())
    }

    /// Keeps the addresses and the name that a ticket gives for a device.
    async fn remember(&self, destination: &Destination, own_name: &str) -> Result<(), Failure> {
        let mut addresses: Vec<String> = destination
            .addresses
            .iter()
            .map(ToString::to_string)
            .collect();
        let known = self.store.device(destination.device).await?;
        let name = known
            .as_ref()
            .map(|known| known.own_name.clone())
            .filter(|name| !name.is_empty());
        for address in known.into_iter().flat_map(|known| known.addresses) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let name = name.unwrap_or_else(|| own_name.to_owned());
        self.store
            .note_seen(destination.device, &name, &addresses, self.clock.unix_ms())
            .await?;
        Ok(())
    }

    /// The sources of a request: absolute and there.
    async fn sources(&self, paths: &[String]) -> Result<Vec<PathBuf>, Failure> {
        if paths.is_empty() || paths.len() > MAX_SOURCES {
            return Err(Failure::new(
                Code::Usage,
                "name between one and ten thousand files or folders to send",
            ));
        }
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let (disk, checked) = (self.disk.clone(), paths.clone());
        let found = tokio::task::spawn_blocking(move || {
            checked.iter().try_for_each(|path| {
                let shown = path.display().to_string();
                if !path.is_absolute() {
                    return Err(Failure::new(
                        Code::Usage,
                        format!("{shown} is not an absolute path"),
                    )
                    .about(shown));
                }
                match disk.metadata(path) {
                    Ok(_) => Ok(()),
                    Err(error) => Err(Failure::new(
                        Code::SourceUnreadable,
                        format!("{shown} cannot be read: {error}"),
                    )
                    .about(shown)),
                }
            })
        });
        found
            .await
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))??;
        Ok(paths)
    }

    /// An unfinished transfer goes on, at the addresses and with the class that are asked for now.
    async fn go_on(
        self: &Arc<Self>,
        flow: &Arc<Outgoing>,
        destination: &Destination,
        request: &SendRequest,
    ) -> Result<(), Failure> {
        let own = destination.name.clone().unwrap_or_default();
        self.remember(destination, &own).await?;
        let session = &flow.session;
        if session.state().is_final() {
            self.retry(self.store.session(session.id).await?).await?;
            // A flow of its own, by the same id.
            if let Some(Transfer::Out(flow)) = self.find(session.id) {
                flow.take_new_versions();
                if request.limit.is_some() {
                    self.limit_transfer(&flow, request.limit).await?;
                }
            }
            return Ok(());
        }
        if request.limit.is_some() {
            self.limit_transfer(flow, request.limit).await?;
        }
        // Who sends a file again means the file as it is now.
        flow.take_new_versions();
        if request.priority != session.priority() {
            session.order(Order::Priority(request.priority)).await?;
        }
        // Also what only waits is tried at once.
        session.order(Order::Resume).await
    }

    async fn begin_sending(
        self: &Arc<Self>,
        paths: &[PathBuf],
        destination: Destination,
        request: &SendRequest,
        chunk_size: ChunkSize,
    ) -> Result<TransferId, Failure> {
        let mut id = TransferId([0; 16]);
        getrandom::fill(&mut id.0).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        let now = self.clock.unix_ms();
        let title = title(paths);
        let parity = request.parity.unwrap_or(ParityMode::Auto);
        let own = destination.name.clone().unwrap_or_default();
        self.remember(&destination, &own).await?;
        self.learn(destination.device).await;
        let new = NewSession {
            id,
            direction: Direction::Sending,
            peer: destination.device,
            peer_addresses: destination
                .addresses
                .iter()
                .map(ToString::to_string)
                .collect(),
            sources: paths
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            title: title.clone(),
            reason: None,
            priority: request.priority,
            parity,
            chunk_size,
            folder: None,
            limit_bps: request.limit,
            note: None,
            attempt: 0,
            roots: Vec::new(),
            created_ms: now,
        };
        self.store.insert_session(&new).await?;
        // What a person has begun is not forgotten.
        self.store.sync().await?;
        let deadline_ms = self.deadline();
        self.store.set_deadline(id, deadline_ms).await?;
        let mut facts = Facts::new(title, request.priority);
        facts.deadline_ms = deadline_ms;
        facts.limit = request.limit;
        let (session, orders) =
            Session::new(id, Direction::Sending, destination.device, now, 0, facts);
        let limit = TokenBucket::new(self.elapsed(), request.limit);
        let flow = Outgoing::new(
            session,
            SendPlan::new(chunk_size, parity),
            limit,
            destination.addresses,
            paths.to_vec(),
            false,
        );
        let note = Note::new(AuditKind::OfferSent).of(flow.session.peer());
        self.note(note.transfer(id).with("title", &new.title));
        self.insert(Transfer::Out(flow.clone()));
        self.updates.devices_changed();
        sending::begin_scan(self, &flow, paths.to_vec());
        self.spawn(flow.run(self.clone(), orders));
        Ok(id)
    }
}

/// The chunk size with which the parity of a stripe fits its bound; one that was asked for is not changed.
fn fit(
    parity: Option<ParityMode>,
    mut chunk_size: ChunkSize,
    asked: bool,
) -> Result<ChunkSize, Failure> {
    let Some(ParityMode::Always(geometry)) = parity else {
        return Ok(chunk_size);
    };
    while geometry.parity_bytes(chunk_size) > MAX_STRIPE_PARITY {
        if asked {
            let text = format!(
                "{geometry} of this chunk size is over 16 MiB of parity; take smaller chunks"
            );
            return Err(Failure::new(Code::Usage, text));
        }
        chunk_size = ChunkSize::at_most(chunk_size.bytes() / 2);
    }
    Ok(chunk_size)
}

/// What a list shows for these sources.
fn title(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        path.file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned()
    };
    let first = paths.first().map(name).unwrap_or_default();
    let first: String = first.chars().take(200).collect();
    match paths.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}
