//! What buttons and lists call things.
use super::Words;
#[cfg(feature = "courses")]
use crate::courses::{CourseAction, ModuleAction, WaitingAction};
#[cfg(feature = "accounts")]
use crate::{
    accounts::{ConditionKind, Fix},
    profile::FieldName,
};
use crate::{effect::MailKind, order::OrderAction};

impl Words {
    /// What the button of an order says.
    #[must_use]
    pub fn order_action(&self, action: OrderAction) -> String {
        self.plain(match action {
            OrderAction::Pay => "action-pay",
            OrderAction::EmailInvoice => "action-email-invoice",
        })
    }

    /// What the button of a course says.
    #[cfg(feature = "courses")]
    #[must_use]
    pub fn course_action(&self, action: CourseAction) -> String {
        self.plain(match action {
            CourseAction::Transfer => "action-transfer",
            CourseAction::Cancel => "action-cancel",
            CourseAction::GetCertificate => "action-get-certificate",
            CourseAction::GetInvoice => "action-get-invoice",
            CourseAction::Pay => "action-pay",
        })
    }

    /// What the button of a waiting list says.
    #[cfg(feature = "courses")]
    #[must_use]
    pub fn waiting_action(&self, action: WaitingAction) -> String {
        self.plain(match action {
            WaitingAction::Accept => "action-accept",
            WaitingAction::Leave => "action-leave",
        })
    }

    /// What the button of a module says.
    #[cfg(feature = "courses")]
    #[must_use]
    pub fn module_action(&self, action: ModuleAction) -> String {
        self.plain(match action {
            ModuleAction::Access => "action-access",
        })
    }

    /// What staff read about a condition for using the portal.
    #[cfg(feature = "accounts")]
    #[must_use]
    pub fn condition(&self, condition: ConditionKind) -> String {
        self.plain(match condition {
            ConditionKind::Licence => "condition-licence",
            ConditionKind::Beta => "condition-beta",
            ConditionKind::PortalOn => "condition-portal-on",
            ConditionKind::PortalOption => "condition-portal-option",
            ConditionKind::Phone => "condition-phone",
            ConditionKind::PhoneUnique => "condition-phone-unique",
            ConditionKind::Email => "condition-email",
            ConditionKind::PostalCode => "condition-postal-code",
            ConditionKind::History => "condition-history",
            ConditionKind::OnAccount => "condition-on-account",
            ConditionKind::Synced => "condition-synced",
        })
    }

    /// What staff do about a condition that is not met, in a sentence.
    #[cfg(feature = "accounts")]
    #[must_use]
    pub fn fix(&self, fix: Fix) -> String {
        self.plain(match fix {
            Fix::BuyLicence => "fix-buy-licence",
            Fix::ContactCustomerCare => "fix-contact-customer-care",
            Fix::SwitchPortalOn => "fix-switch-portal-on",
            Fix::SwitchOptionOn => "fix-switch-option-on",
            Fix::EnterPhone => "fix-enter-phone",
            Fix::SeparatePhones => "fix-separate-phones",
            Fix::EnterEmail => "fix-enter-email",
            Fix::EnterPostalCode => "fix-enter-postal-code",
            Fix::WriteQuoteOrContract => "fix-write-quote-or-contract",
            Fix::OpenCreditAccount => "fix-open-credit-account",
            Fix::UpdateSite => "fix-update-site",
        })
    }

    /// As customers know a field: by the host's label, by ours for what sign-up asks for, else by its key.
    #[cfg(feature = "accounts")]
    pub(super) fn field(&self, name: &FieldName) -> String {
        let label = name.label.in_language(self.language);
        if !label.is_empty() {
            return label.to_owned();
        }
        let id = format!("field-{}", name.field.replace('_', "-"));
        if self.has(&id) {
            return self.plain(&id);
        }
        name.field.to_string()
    }

    /// What a list of messages calls one.
    #[must_use]
    pub fn mail(&self, kind: MailKind) -> String {
        self.plain(&format!("mail-{}", kind.as_str()))
    }
}
