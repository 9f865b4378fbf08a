//! What transfers that failed have left in the inbox.

use chunkstream_engine::api::{Code, LeftoverRequest, Nothing};
use chunkstream_sim::{content::noise, links};

use crate::offer::{MIB, assert_same, files, pair};

#[tokio::test(start_paused = true)]
async fn what_failed_transfers_left_is_listed_and_only_that_is_removed() {
    let (_world, ada, bob) = pair(50, links::wan_0()).await;
    let content = noise(50, 12 * MIB);
    files(&ada.disk, &[("/home/a", &content), ("/home/b", &content)]);
    let unknown = "/inbox/.chunkstream-0123456789abcdef0123456789abcdef";
    files(
        &bob.disk,
        &[
            (&format!("{unknown}/x"), b"12345"),
            ("/inbox/.chunkstream-notes/x", b"mine"),
            ("/inbox/mine", b"mine"),
        ],
    );
    let runs = ada.send(&["/home/b"], &bob).await;
    bob.accept(&runs).await;
    bob.until(&runs, |view| view.durable_bytes > 0).await;
    let leftovers = || async { bob.engine.leftovers(Nothing {}).await.expect("a list") };
    let found = leftovers().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].path.as_str(), found[0].bytes), (unknown, 5));
    assert_eq!(found[0].transfer, None);
    let remove = |path: String| bob.engine.remove_leftover(LeftoverRequest { path });
    let staging = format!("/inbox/.chunkstream-{runs}");
    for other in [
        staging.as_str(),
        "/inbox/mine",
        "/inbox/.chunkstream-notes",
        "/inbox",
        "/inbox/../inbox/mine",
    ] {
        let refused = remove(other.to_owned()).await.expect_err("not listed");
        assert_eq!(refused.code, Code::NotFound, "{other}");
    }
    remove(unknown.to_owned()).await.expect("listed");
    assert!(leftovers().await.is_empty());
    ada.finished(&runs).await;
    assert_same(&bob.disk, "/inbox/b", &content);
    assert_same(&bob.disk, "/inbox/mine", b"mine");
    assert_same(&bob.disk, "/inbox/.chunkstream-notes/x", b"mine");
}
