//! What buttons and lists call things.
use super::Words;
#[cfg(feature = "courses")]
use crate::courses::{CourseAction, ModuleAction, WaitingAction};
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

    /// What a list of messages calls one.
    #[must_use]
    pub fn mail(&self, kind: MailKind) -> String {
        self.plain(&format!("mail-{}", kind.as_str()))
    }
}
