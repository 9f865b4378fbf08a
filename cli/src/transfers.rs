//! `transfers`: what is under way and what has been.

use std::path::Path;

use chunkstream_engine::api::{
    AcceptRequest, ChangedRequest, Failure, LimitRequest, Nothing, TransferRequest, TransferView,
};

use crate::{access::Access, args::Transfers, details, exit::Exit, folder, output::Output, verify};

/// Lists transfers, or changes one and shows it.
pub(crate) async fn run(
    data: &Path,
    action: Option<Transfers>,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut access = Access::to(data, "chunkstream transfers").await?;
    let result = act(&mut access, action.unwrap_or(Transfers::List), output).await;
    access.close().await;
    result
}

async fn act(access: &mut Access, action: Transfers, output: &Output) -> Result<Exit, Failure> {
    let (command, id) = match action {
        Transfers::List => {
            let views: Vec<TransferView> = access.call("transfers", &Nothing {}).await?;
            return output.transfers(views).map(|()| Exit::Done);
        }
        Transfers::Show { id, details: true } => {
            return details::show(access, id, output).await.map(|()| Exit::Done);
        }
        Transfers::Files { id, only } => {
            let listed = details::files(access, id, only.into(), output).await;
            return listed.map(|()| Exit::Done);
        }
        Transfers::Show { id, details: false } => {
            let view: TransferView = access.call("transfer", &TransferRequest { id }).await?;
            return output.transfer(&view).map(|()| Exit::Done);
        }
        Transfers::Verify { id } => return verify::run(access, id, output).await,
        Transfers::Accept {
            id,
            into,
            conflict,
            only,
        } => {
            let into = into.map(|folder| folder::text(&folder)).transpose()?;
            access
                .order(
                    "accept",
                    &AcceptRequest {
                        id: id.clone(),
                        into,
                        conflict: conflict.map(Into::into),
                        only: (!only.is_empty()).then_some(only),
                    },
                )
                .await?;
            return show(access, id, output).await;
        }
        Transfers::Changed { id, choice } => {
            let request = ChangedRequest {
                id: id.clone(),
                choice: choice.into(),
            };
            access.order("decide_changed", &request).await?;
            return show(access, id, output).await;
        }
        Transfers::Limit { id, limit } => {
            let request = LimitRequest {
                id: id.clone(),
                limit,
            };
            access.order("set_limit", &request).await?;
            return show(access, id, output).await;
        }
        Transfers::Pause { id } => ("pause", id),
        Transfers::Resume { id } => ("resume", id),
        Transfers::Cancel { id } => ("cancel", id),
        Transfers::Decline { id } => ("decline", id),
    };
    access
        .order(command, &TransferRequest { id: id.clone() })
        .await?;
    show(access, id, output).await
}

async fn show(access: &mut Access, id: String, output: &Output) -> Result<Exit, Failure> {
    let view: TransferView = access.call("transfer", &TransferRequest { id }).await?;
    output.transfer_line(&view).map(|()| Exit::Done)
}
