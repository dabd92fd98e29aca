use async_trait::async_trait;
use portal_core::{
    Contact, Id, Loaded, StoreError,
    profile::{FieldValue, ProfileForm, ProfileRecords},
    settings::Problem,
};

use crate::{directory::Customers, query::one, rows};

/// The fields customers see of their own record.
pub(crate) fn form() -> Result<ProfileForm, Problem> {
    ProfileForm::read(&mut serde_json::Deserializer::from_str(include_str!(
        "profile.json"
    )))
}

#[async_trait]
impl ProfileRecords for Customers {
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError> {
        let of = of.clone();
        let sql = "select p.*, g.name as company from person p join organisation g on g.id = p.organisation where p.id = ?1";
        self.0
            .read(move |conn| one(conn, sql, [of.as_str()], rows::loaded_profile))
            .await
    }
}
