//! Orders whose invoice is in the books of an organisation that is not wired in any more.
use std::sync::Arc;

use super::{
    Export, ExportState,
    case::{Case, Written, link_of, now_is, staff_task},
};
use crate::{
    Error,
    effect::StaffTask,
    order::{CutOff, LedgerLink},
    portal::Wiring,
};

impl Wiring {
    /// Whether this order went into other books than those that are wired in: nothing can be seen of it there, or done.
    pub(super) fn is_elsewhere(&self, export: &Export) -> Result<bool, Error> {
        Ok(export.books != *self.ledger()?.system.organisation())
    }

    /// Cuts an order off from other books than those that are wired in, where something of ours may be there, and has staff look.
    pub(super) async fn cut_off_elsewhere(
        &self,
        case: &Case,
        export: &Export,
    ) -> Result<Written, Error> {
        let now = self.clock.now();
        let state = ExportState::Disconnected(CutOff::OtherBooks);
        let off = export.clone().standing(state, now);
        let link = link_of(&off, &self.called(case)?, None);
        let decision = now_is(case.moved("export.other-books", now), &off);
        let decision = staff_task(case.telling(decision, link), StaffTask::LedgerReview);
        self.keep(decision).await
    }

    /// What the former system is called, as customers have been told.
    fn called(&self, case: &Case) -> Result<Arc<str>, Error> {
        let told = case.details().map(|details| &details.order.ledger);
        Ok(match told {
            Some(
                LedgerLink::Exporting { system }
                | LedgerLink::Connected { system, .. }
                | LedgerLink::Disconnected { system, .. },
            ) => Arc::clone(system),
            Some(LedgerLink::NotExported) | None => Arc::clone(&self.ledger()?.shown),
        })
    }
}
