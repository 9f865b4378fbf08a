//! Rules: what a device may bring without a question.

use std::collections::HashMap;

use chunkstream_core::{access::AcceptRule, device::DeviceId};

use super::{Store, StoreError, column, sql};

impl Store {
    /// The rule of a device, if it has one. One that cannot be read is damage, not freedom.
    pub async fn rule(&self, id: DeviceId) -> Result<Option<AcceptRule>, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::RULE)
            .bind(&id.0[..])
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| column::json(&row, "rule")).transpose()
    }

    /// All rules.
    pub async fn rules(&self) -> Result<HashMap<DeviceId, AcceptRule>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::RULES).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                let device = DeviceId(column::bytes(row, "device_id")?);
                Ok((device, column::json(row, "rule")?))
            })
            .collect()
    }

    /// Sets the rule of a device, or removes it.
    pub async fn set_rule(
        &self,
        id: DeviceId,
        rule: Option<&AcceptRule>,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        match rule {
            Some(rule) => {
                sqlx::query(sql::SET_RULE)
                    .bind(&id.0[..])
                    .bind(column::to_json(rule)?)
                    .execute(&self.writer)
                    .await?
            }
            None => {
                sqlx::query(sql::FORGET_RULE)
                    .bind(&id.0[..])
                    .execute(&self.writer)
                    .await?
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn a_rule_is_what_was_last_set_and_none_when_it_was_removed() {
        let store = testing::memory().await;
        let id = testing::device(1);
        assert_eq!(store.rule(id).await.expect("a read"), None);
        for limit in [5, 7] {
            let rule = AcceptRule {
                max_bytes: Some(limit),
                types: vec!["images".parse().expect("a type")],
                folder: Some("{device}".parse().expect("a folder")),
            };
            store.set_rule(id, Some(&rule)).await.expect("a write");
            assert_eq!(store.rule(id).await.expect("a read"), Some(rule.clone()));
            let all = store.rules().await.expect("a read");
            assert_eq!(all, HashMap::from([(id, rule)]));
        }
        store.set_rule(id, None).await.expect("a write");
        assert_eq!(store.rule(id).await.expect("a read"), None);
    }
}
