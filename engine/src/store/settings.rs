//! Settings: text by key. What a value means is known to who asks for it.

use sqlx::Row as _;

use super::{Store, StoreError, sql};

impl Store {
    /// The value of `key`, if it has been set.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::SETTING)
            .bind(key)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Sets `key`.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::SET_SETTING)
            .bind(key)
            .bind(value)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing;

    #[tokio::test]
    async fn a_setting_is_what_was_last_set() {
        let store = testing::memory().await;
        assert_eq!(store.setting("name").await.expect("a read"), None);
        for name in ["Büro", "書斎"] {
            store.set_setting("name", name).await.expect("a write");
            assert_eq!(
                store.setting("name").await.expect("a read").as_deref(),
                Some(name)
            );
        }
    }
}
