//! `pair`: makes two devices known to each other, by a code, a ticket or compared words.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chunkstream_core::{device::Ticket, session::Role};
use chunkstream_engine::{
    api::{
        Code, Failure, InviteRequest, JoinRequest, Nothing, PairSide, PairState, PairWay,
        PairingRequest, PairingStatus, PairingView, WordsRequest,
    },
    local,
};

use crate::{
    access::{self, Access},
    args::Pair,
    ask::{is_possible, yes_or_no},
    exit::Exit,
    interrupt::Interrupt,
    nearby,
    output::{Event, Output},
};

const HOLDER: &str = "chunkstream pair";

/// Pairs with one device, or answers for a `pair` that waits at another terminal.
pub(crate) async fn run(
    data: &Path,
    what: Pair,
    output: &Output,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    if what.same || what.differ {
        let same = what.same;
        return interrupt.or(answer(data, same)).await;
    }
    let plan = Plan::of(&what)?;
    let mut config = access::config(data);
    match (what.listen, &plan) {
        (Some(address), _) => config = config.listen(address),
        // A guest is not looked for.
        (None, Plan::Join(_)) => config = config.listen(SocketAddr::from(([0, 0, 0, 0], 0))),
        (None, Plan::Invite(_)) => {}
    }
    config.discovery = nearby::network();
    config.announce = matches!(plan, Plan::Invite(_));
    let mut access = Access::with(data, HOLDER, config).await?;
    let result = {
        let _server = match &access {
            Access::Here(engine, lock) => Some(local::serve(engine.clone(), lock)?),
            Access::Running(_) => None,
        };
        let pairing = follow(data, &mut access, plan, output);
        tokio::select! {
            result = pairing => Some(result),
            () = interrupt.hear() => None,
        }
    };
    let exit = match result {
        Some(result) => result,
        None => give_up(data, &access).await.map(|()| Exit::Interrupted),
    };
    access.close().await;
    exit
}

/// What is asked of the engine.
#[derive(Clone, PartialEq, Debug)]
enum Plan {
    Invite(InviteRequest),
    Join(JoinRequest),
}

impl Plan {
    fn of(what: &Pair) -> Result<Self, Failure> {
        let role = what.role.map(Role::from);
        let name = what.name.clone();
        let joins = what.with.is_some() || (what.words && what.at.is_some());
        if joins {
            if let Some(ticket) = &what.with
                && what.life.is_some()
            {
                return Err(
                    Failure::new(Code::Usage, "--for is for the side that shows")
                        .about(ticket.clone()),
                );
            }
            return Ok(Self::Join(JoinRequest {
                with: what.with.clone(),
                at: what.at.clone(),
                role,
                name,
            }));
        }
        if what.at.is_some() {
            return Err(Failure::new(
                Code::Usage,
                "--at needs the code that the other device shows, or --words",
            ));
        }
        let way = match (what.words, what.ticket) {
            (true, _) => PairWay::Words,
            (false, true) => PairWay::Ticket,
            (false, false) => PairWay::Code,
        };
        // Begun minutes count.
        let minutes = what.life.map(|life| life.as_secs().div_ceil(60));
        Ok(Self::Invite(InviteRequest {
            way,
            minutes: minutes.map(|minutes| u32::try_from(minutes).unwrap_or(u32::MAX)),
            role,
            name,
        }))
    }
}

/// Begins, and tells what happens until it is over.
async fn follow(
    data: &Path,
    access: &mut Access,
    plan: Plan,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut view: PairingView = match plan {
        Plan::Invite(request) => access.call("invite_device", &request).await?,
        Plan::Join(request) => access.call("join_device", &request).await?,
    };
    let mut told = None;
    let mut asked = false;
    loop {
        if told.as_ref() != Some(&tale(&view)) {
            output.event(&Event::Pairing(Box::new(view.clone())))?;
            told = Some(tale(&view));
        }
        match view.state {
            PairState::Paired => return Ok(Exit::Done),
            PairState::Cancelled => {
                return Err(Failure::new(
                    Code::CancelledByPeer,
                    "the pairing was given up",
                ));
            }
            PairState::Failed => {
                let unknown = || Failure::new(Code::Internal, "the pairing failed");
                return Err(view.failure.unwrap_or_else(unknown));
            }
            PairState::Comparing if !asked && !output.is_json() => {
                asked = true;
                if is_possible() {
                    tokio::spawn(ask(data.to_owned()));
                } else {
                    output.note("answer with: chunkstream pair --same (or --differ)");
                }
            }
            PairState::Waiting => asked = false,
            PairState::Connecting | PairState::Comparing | PairState::Agreed => {}
        }
        let after = Some(view.revision);
        let status: PairingStatus = access.call("pairing", &PairingRequest { after }).await?;
        view = status
            .current
            .ok_or_else(|| Failure::new(Code::Internal, "the pairing is gone"))?;
    }
}

/// What a person or script is told of a view: the rest of it moves without a word.
fn tale(view: &PairingView) -> (PairState, PairSide, Option<String>) {
    (view.state, view.side, view.code.clone())
}

/// Asks the person at the terminal, while the pairing goes on: the other side may give up first.
async fn ask(data: PathBuf) {
    if let Some(same) = yes_or_no("Does the other screen show the same words?").await
        && let Err(failure) = answer(&data, same).await
    {
        tracing::debug!(%failure, "the answer came too late");
    }
}

/// Says whether the words are the same to the engine that compares them.
async fn answer(data: &Path, same: bool) -> Result<Exit, Failure> {
    let mut access = Access::to(data, HOLDER).await?;
    let request = WordsRequest { same };
    let said = access
        .call::<_, PairingView>("confirm_words", &request)
        .await;
    access.close().await;
    said.map(|_| Exit::Done)
}

/// Nothing stays open behind an interrupted command.
async fn give_up(data: &Path, access: &Access) -> Result<(), Failure> {
    match access {
        // It ends with its engine.
        Access::Here(..) => Ok(()),
        Access::Running(_) => {
            // The first connection still waits for an answer.
            let mut another = Access::to(data, HOLDER).await?;
            let done = another.order("cancel_pairing", &Nothing {}).await;
            another.close().await;
            done
        }
    }
}

/// Where a ticket says that its maker is.
pub(crate) fn addresses(ticket: &str) -> Vec<SocketAddr> {
    let ticket: Option<Ticket> = ticket.parse().ok();
    ticket.map(|ticket| ticket.addresses).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Arguments, Command};

    fn plan(args: &[&str]) -> Result<Plan, Failure> {
        let all = ["chunkstream", "pair"].iter().chain(args);
        match Arguments::parse_from(all).command {
            Command::Pair(what) => Plan::of(&what),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_has_nothing_shows_and_who_has_something_joins() {
        let way = |args: &[&str]| match plan(args) {
            Ok(Plan::Invite(request)) => Some((request.way, request.minutes)),
            _ => None,
        };
        assert_eq!(way(&[]), Some((PairWay::Code, None)));
        assert_eq!(way(&["--words"]), Some((PairWay::Words, None)));
        let week = ["--ticket", "--for", "90s"];
        assert_eq!(way(&week), Some((PairWay::Ticket, Some(2))));
        for args in [
            &["482-913-578", "--at", "10.0.0.1"][..],
            &["chunkstream1abc"],
            &["--words", "--at", "10.0.0.1"],
        ] {
            assert!(matches!(plan(args), Ok(Plan::Join(_))), "{args:?}");
        }
        let alone = plan(&["--at", "10.0.0.1"]);
        assert_eq!(alone.expect_err("no code").code, Code::Usage);
    }
}
