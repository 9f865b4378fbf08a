//! The end of the local socket that answers.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite, BufReader},
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};

use super::{
    Lock, Reply, Request,
    lines::{MAX_REQUEST, read_line, write_line},
    platform::{Listener, Stream},
};
use crate::{
    Engine,
    api::{Code, Failure, dispatch},
};

/// Clients served at the same time.
const MAX_CLIENTS: usize = 32;
/// How long a client may be silent, or take to read an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Wait after a failed accept: it fails when the process has no file handles left.
const RELIEF: Duration = Duration::from_millis(200);

/// The local socket of an engine, open until this is dropped.
#[derive(Debug)]
pub struct Server {
    accepting: JoinHandle<()>,
}

/// Opens the local socket of the locked folder and answers for `engine`.
///
/// # Errors
/// `ListenFailed` if the socket cannot be had.
pub fn serve(engine: Engine, lock: &Lock) -> Result<Server, Failure> {
    let listener = Listener::bind(lock.data_folder()).map_err(|error| {
        Failure::new(
            Code::ListenFailed,
            format!("the local socket cannot be had: {error}"),
        )
        .about(lock.data_folder().display().to_string())
    })?;
    Ok(Server {
        accepting: tokio::spawn(accept(engine, listener)),
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // The clients' tasks and the listener are the accepting task's.
        self.accepting.abort();
    }
}

async fn accept(engine: Engine, mut listener: Listener) {
    let places = Arc::new(Semaphore::new(MAX_CLIENTS));
    let mut clients = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a local client could not be accepted");
                    tokio::time::sleep(RELIEF).await;
                    continue;
                }
            },
            Some(_) = clients.join_next() => continue,
        };
        if let Ok(place) = places.clone().try_acquire_owned() {
            let engine = engine.clone();
            clients.spawn(async move {
                if let Err(error) = answer(&engine, stream).await {
                    tracing::debug!(%error, "a local client is gone");
                }
                drop(place);
            });
        } else {
            refuse(stream).await;
        }
    }
}

/// Answers one client until it is gone.
async fn answer(engine: &Engine, stream: Stream) -> io::Result<()> {
    let (reader, mut writer) = tokio::io::split(stream);
    talk(engine, &mut BufReader::new(reader), &mut writer).await
}

async fn talk(
    engine: &Engine,
    reader: &mut BufReader<impl AsyncRead + Unpin>,
    writer: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    loop {
        let line = match tokio::time::timeout(PATIENCE, read_line(reader, MAX_REQUEST)).await? {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(error) => {
                // Where the next line begins is not known, so this is the last answer.
                let failure =
                    Failure::new(Code::Usage, format!("the request cannot be read: {error}"));
                return say(writer, &Reply::Error(failure)).await;
            }
        };
        let reply = match serde_json::from_slice::<Request>(&line) {
            Ok(request) => match dispatch(engine, &request.command, request.args).await {
                Ok(value) => Reply::Ok(value),
                Err(failure) => Reply::Error(failure),
            },
            Err(error) => Reply::Error(Failure::new(
                Code::Usage,
                format!("a request is {{\"command\", \"args\"}}: {error}"),
            )),
        };
        say(writer, &reply).await?;
    }
}

async fn say(writer: &mut (impl AsyncWrite + Unpin), reply: &Reply) -> io::Result<()> {
    tokio::time::timeout(PATIENCE, write_line(writer, reply)).await?
}

async fn refuse(mut stream: Stream) {
    let failure = Failure::new(
        Code::IllegalState,
        "too many programs use this engine at the same time",
    );
    // A short answer fits the socket's buffer; one that does not take it gets none.
    let _ = tokio::time::timeout(RELIEF, write_line(&mut stream, &Reply::Error(failure))).await;
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::io::AsyncWriteExt as _;

    use super::*;
    use crate::{
        EngineConfig, Sockets,
        api::{Identity, Nothing, TransferRequest, TransferView},
        local::{Client, platform},
    };

    struct Running {
        _folder: tempfile::TempDir,
        engine: Engine,
        lock: Lock,
        _server: Server,
    }

    async fn running(data: &str) -> Running {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = Lock::take(&folder.path().join(data), "test").expect("a free folder");
        let mut config = EngineConfig::new(lock.data_folder());
        config.sockets = Sockets::None;
        config.ephemeral = true;
        let engine = Engine::start(config).await.expect("an engine");
        let server = serve(engine.clone(), &lock).expect("a socket");
        Running {
            _folder: folder,
            engine,
            lock,
            _server: server,
        }
    }

    async fn client(running: &Running) -> Client {
        Client::connect(running.lock.data_folder())
            .await
            .expect("a socket")
            .expect("somebody answers")
    }

    #[tokio::test]
    async fn a_client_is_answered_as_the_engine_itself_would() {
        let running = running("data").await;
        let mut client = client(&running).await;
        let there: Identity = client
            .call("identity", &Nothing {})
            .await
            .expect("an answer");
        let here = running
            .engine
            .identity(Nothing {})
            .await
            .expect("an answer");
        assert_eq!(there, here);
        let none: Vec<TransferView> = client
            .call("transfers", &Nothing {})
            .await
            .expect("an answer");
        assert_eq!(none, []);
    }

    #[tokio::test]
    async fn failures_keep_their_code_and_the_client_its_connection() {
        let running = running("data").await;
        let mut client = client(&running).await;
        let request = TransferRequest { id: "abc".into() };
        let missing = client
            .call::<_, TransferView>("transfer", &request)
            .await
            .expect_err("none there");
        assert_eq!(missing.code, Code::NotFound);
        let unknown = client
            .call::<_, Value>("no_such", &Nothing {})
            .await
            .expect_err("no command");
        assert_eq!(unknown.code, Code::Usage);
        client
            .call::<_, Identity>("identity", &Nothing {})
            .await
            .expect("still connected");
    }

    #[tokio::test]
    async fn what_is_no_request_is_answered_with_its_shape() {
        let running = running("data").await;
        let mut stream = BufReader::new(
            platform::connect(running.lock.data_folder())
                .await
                .expect("a socket"),
        );
        for (line, code) in [
            ("hello", "usage"),
            ("{\"command\":\"transfer\",\"args\":{}}", "usage"),
            ("{\"command\":\"identity\",\"more\":1}", "usage"),
        ] {
            stream
                .write_all(format!("{line}\n").as_bytes())
                .await
                .expect("sent");
            let reply = read_line(&mut stream, 4096)
                .await
                .expect("a line")
                .expect("an answer");
            let reply: Value = serde_json::from_slice(&reply).expect("JSON");
            assert_eq!(reply["error"]["code"], json!(code), "{line}: {reply}");
        }
        stream
            .write_all(b"{\"command\":\"identity\"}\n")
            .await
            .expect("sent");
        let reply = read_line(&mut stream, 4096)
            .await
            .expect("a line")
            .expect("an answer");
        let reply: Value = serde_json::from_slice(&reply).expect("JSON");
        assert!(reply["ok"]["ticket"].is_string(), "{reply}");
    }

    #[tokio::test]
    async fn a_request_of_one_byte_too_many_ends_the_connection() {
        let running = running("data").await;
        let stream = platform::connect(running.lock.data_folder())
            .await
            .expect("a socket");
        let (reader, mut writer) = tokio::io::split(stream);
        let mut reader = BufReader::new(reader);
        let long = vec![b' '; MAX_REQUEST + 1];
        // The server stops reading at the limit and need not take the rest.
        let sending = async { drop(writer.write_all(&long).await) };
        let (reply, ()) = tokio::join!(read_line(&mut reader, 4096), sending);
        let reply: Value =
            serde_json::from_slice(&reply.expect("a line").expect("an answer")).expect("JSON");
        assert_eq!(reply["error"]["code"], json!("usage"));
    }

    #[tokio::test]
    async fn one_client_too_many_is_told_so_and_a_free_place_is_given_again() {
        let running = running("data").await;
        let mut clients = Vec::new();
        for _ in 0..MAX_CLIENTS {
            let mut client = client(&running).await;
            client
                .call::<_, Identity>("identity", &Nothing {})
                .await
                .expect("a place");
            clients.push(client);
        }
        let mut late = client(&running).await;
        let refused = late
            .call::<_, Identity>("identity", &Nothing {})
            .await
            .expect_err("no place");
        assert!(refused.message.contains("too many"), "{}", refused.message);
        drop(clients.pop());
        loop {
            // The server hears of the end of a client in its own time.
            let mut next = client(&running).await;
            match next.call::<_, Identity>("identity", &Nothing {}).await {
                Ok(_) => break,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    #[tokio::test]
    async fn after_the_server_is_gone_nobody_answers() {
        let Running {
            _folder,
            engine,
            lock,
            _server: server,
        } = running("data").await;
        drop(server);
        engine.shutdown().await;
        loop {
            // The aborted task ends in its own time.
            match Client::connect(lock.data_folder())
                .await
                .expect("no trouble")
            {
                None => break,
                Some(_) => tokio::task::yield_now().await,
            }
        }
    }

    #[tokio::test]
    async fn a_folder_with_a_path_too_long_for_a_socket_has_one_elsewhere() {
        let long = ["a-folder-with-a-long-name"; 8].join("/");
        let running = running(&long).await;
        let mut client = client(&running).await;
        client
            .call::<_, Identity>("identity", &Nothing {})
            .await
            .expect("an answer");
    }
}
