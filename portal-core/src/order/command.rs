use async_trait::async_trait;

use super::rules;
use crate::{
    Ask, Command, CommandId, CustomerDesk, Decision, Error, Id, Order, Viewer,
    command::sealed::Sealed,
};

/// Have a copy of the invoice sent: "Email invoice" on the order, "Get invoice" on a course.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmailInvoice {
    /// The form's own id.
    pub command: CommandId,
    /// Whose invoice.
    pub order: Id<Order>,
}

impl EmailInvoice {
    /// Asks for the invoice of this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self { command, order }
    }
}

impl Sealed for EmailInvoice {}

#[async_trait]
impl Command for EmailInvoice {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        crate::command::written(&["email-invoice", self.order.as_str()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let facts = desk.visible_order(&self.order).await?;
        let order = &facts.value.order;
        let decision = rules::invoice_copy(&facts, order, desk.order_rules(), ask)?;
        #[cfg(feature = "accounting")]
        let decision = desk.wiring().exported_with_invoice(decision, order);
        Ok(decision)
    }
}
