//! What staff send to mend an export. What each of them does is beside it, in `mending`.
use async_trait::async_trait;

use super::{DocumentRef, Export};
use crate::{
    Ask, CommandId, Decision, Error, Id, Order,
    command::{sealed::Sealed, written},
    staff::{Staff, StaffAction, StaffCommand, StaffDesk},
};

/// Have an order go into the books.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExportOrder {
    /// The form's own id.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
}

impl ExportOrder {
    /// For this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self { command, order }
    }
}

impl Sealed for ExportOrder {}

#[async_trait]
impl StaffCommand for ExportOrder {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        written(&["order.export", self.order.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let case = wiring.case(&self.order).await?;
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "order.export", about));
        self.decided(wiring, &case, decision, ask.now).await
    }
}

/// Try once more what waits for staff: the export itself, or the payments of it that did not get there. What is there already is kept as it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RetryExport {
    /// The form's own id.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
}

impl RetryExport {
    /// For this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self { command, order }
    }
}

impl Sealed for RetryExport {}

#[async_trait]
impl StaffCommand for RetryExport {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        written(&["export.retry", self.order.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let case = wiring.case(&self.order).await?;
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "export.retry", about));
        self.decided(wiring, &case, decision, ask.now).await
    }
}

/// Cut an order off from its document, which stays where it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DisconnectOrder {
    /// The form's own id.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
}

impl DisconnectOrder {
    /// For this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self { command, order }
    }
}

impl Sealed for DisconnectOrder {}

#[async_trait]
impl StaffCommand for DisconnectOrder {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        written(&["export.disconnect", self.order.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let case = wiring.case(&self.order).await?;
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "export.disconnect", about));
        self.decided(wiring, &case, decision, ask.now).await
    }
}

/// Have it as if an order had never been exported. Exported anew it gets another number.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ForgetExport {
    /// The form's own id.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
}

impl ForgetExport {
    /// For this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self { command, order }
    }
}

impl Sealed for ForgetExport {}

#[async_trait]
impl StaffCommand for ForgetExport {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        written(&["export.forget", self.order.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let case = wiring.case(&self.order).await?;
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "export.forget", about));
        self.decided(wiring, &case, decision, ask.now).await
    }
}

/// Connect an order with a document as it is there now: its own, or another one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RelinkOrder {
    /// The form's own id.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
    /// With which document; its own where none is named.
    pub document: Option<DocumentRef>,
}

impl RelinkOrder {
    /// With its own document.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>) -> Self {
        Self {
            command,
            order,
            document: None,
        }
    }

    /// With this one.
    #[must_use]
    pub fn with(mut self, document: DocumentRef) -> Self {
        self.document = Some(document);
        self
    }
}

impl Sealed for RelinkOrder {}

#[async_trait]
impl StaffCommand for RelinkOrder {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        let document = self.document.as_ref().map_or("", DocumentRef::as_str);
        written(&["export.relink", self.order.as_str(), document])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let case = desk.portal().wiring().case(&self.order).await?;
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "export.relink", about));
        self.decided(desk, &case, decision).await
    }
}
