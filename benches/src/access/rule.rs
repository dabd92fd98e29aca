//! Whether a customer may use the portal, with all reasons; beside it the same eleven conditions as plain flags.
use portal_core::{
    Refusals, Settings,
    accounts::{Standing, may_enter},
};
use portal_testkit::facts::standing;

/// Who is asked about.
#[derive(Debug)]
#[non_exhaustive]
pub struct Case {
    /// The host's switches, every condition set.
    pub settings: Settings,
    /// A customer record that meets them all.
    pub standing: Standing,
}

impl Case {
    /// Somebody who may.
    #[must_use]
    pub fn new() -> Self {
        Self {
            settings: super::strict(),
            standing: standing("ana"),
        }
    }

    /// The rule.
    ///
    /// # Errors
    /// Never, with these facts.
    pub fn ask(&self) -> Result<(), Refusals> {
        may_enter(&self.standing, &self.settings).map(drop)
    }

    /// The same conditions on the same facts, each asked, as flags.
    #[must_use]
    pub fn flags(&self) -> u16 {
        let (s, set) = (&self.standing, &self.settings);
        let asked = &set.accounts.eligibility;
        let synced = s
            .synced_at
            .is_some_and(|at| s.changed_at.is_none_or(|changed| at >= changed));
        u16::from(!set.licensed)
            | u16::from(!set.beta) << 1
            | u16::from(!set.enabled) << 2
            | u16::from(!s.portal_option) << 3
            | u16::from(asked.phone && s.phone.is_none()) << 4
            | u16::from(asked.phone_unique && s.phone.is_some() && s.phone_shared) << 5
            | u16::from(asked.email && s.email.is_none()) << 6
            | u16::from(asked.postal_code && s.postal_code.is_none()) << 7
            | u16::from(asked.history && s.contracts == 0 && s.quotes == 0) << 8
            | u16::from(asked.on_account && !s.on_account) << 9
            | u16::from(asked.synced && !synced) << 10
    }
}

impl Default for Case {
    fn default() -> Self {
        Self::new()
    }
}
