//! Paths: what was learnt of the way to each device in each network (`chunkstream_core::congestion::PathMemory`).

use std::time::Duration;

use chunkstream_core::{
    congestion::{MAX_PATHS, Network, Observation, Remembered},
    device::DeviceId,
};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};

impl Store {
    /// All paths that are remembered.
    pub async fn paths(&self) -> Result<Vec<(DeviceId, Network, Remembered)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::PATHS)
            .bind(i64::try_from(MAX_PATHS).unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Records what is remembered of a path. The oldest go when there are more than [`MAX_PATHS`].
    pub async fn set_path(
        &self,
        device: DeviceId,
        network: &Network,
        row: &Remembered,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        sqlx::query(sql::SET_PATH)
            .bind(&device.0[..])
            .bind(network.as_str())
            .bind(micros(row.path.rtt))
            .bind(micros(row.path.variation))
            .bind(row.path.rate)
            .bind(row.path.loss)
            .bind(i64::try_from(row.path.bytes).unwrap_or(i64::MAX))
            .bind(column::from_u64(row.at_ms, "a time")?)
            .execute(&self.writer)
            .await?;
        sqlx::query(sql::DROP_OLD_PATHS)
            .bind(i64::try_from(MAX_PATHS).unwrap_or(i64::MAX))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets the paths to a device.
    pub async fn forget_paths(&self, device: DeviceId) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::FORGET_PATHS)
            .bind(&device.0[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<(DeviceId, Network, Remembered), StoreError> {
    let path = Observation {
        rtt: Duration::from_micros(column::u64(row, "rtt_us")?),
        variation: Duration::from_micros(column::u64(row, "variation_us")?),
        rate: row.try_get("rate")?,
        loss: row.try_get("loss")?,
        bytes: column::u64(row, "bytes")?,
    };
    Ok((
        DeviceId(column::bytes(row, "device_id")?),
        Network::from_text(row.try_get::<String, _>("network")?),
        Remembered {
            path,
            at_ms: column::u64(row, "at")?,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    fn row(at_ms: u64) -> Remembered {
        Remembered {
            path: Observation {
                rtt: Duration::from_micros(100_250),
                variation: Duration::from_micros(750),
                rate: 25e6,
                loss: 0.05,
                bytes: 1 << 28,
            },
            at_ms,
        }
    }

    fn network(n: u8) -> Network {
        Network::between([10, 0, n, 1].into(), [192, 168, 1, 1].into())
    }

    #[tokio::test]
    async fn a_path_is_read_as_it_was_last_recorded_and_gone_with_its_device() {
        let store = testing::memory().await;
        let (one, two) = (testing::device(1), testing::device(2));
        store
            .set_path(one, &network(1), &row(1))
            .await
            .expect("a write");
        store
            .set_path(one, &network(1), &row(2))
            .await
            .expect("a write");
        store
            .set_path(two, &network(1), &row(3))
            .await
            .expect("a write");
        let mut found = store.paths().await.expect("a read");
        found.sort_by_key(|(_, _, row)| row.at_ms);
        assert_eq!(
            found,
            [(one, network(1), row(2)), (two, network(1), row(3))]
        );
        store.forget_paths(one).await.expect("a write");
        assert_eq!(store.paths().await.expect("a read").len(), 1);
    }

    #[tokio::test]
    async fn one_path_over_the_limit_costs_the_oldest() {
        let store = testing::memory().await;
        for n in 0..=MAX_PATHS {
            let network = network((n % 250) as u8);
            let device = testing::device(1 + (n / 250) as u8);
            store
                .set_path(device, &network, &row(n as u64))
                .await
                .expect("a write");
        }
        let found = store.paths().await.expect("a read");
        assert_eq!(found.len(), MAX_PATHS);
        assert!(found.iter().all(|(_, _, row)| row.at_ms > 0));
    }
}
