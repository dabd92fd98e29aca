//! Orders: the header every kind of host shares. Who may see one, get its invoice, pay it.
mod change;
mod command;
mod desk;
mod facts;
mod ledger;
mod refusal;
mod rules;

pub use change::OrderChange;
pub use command::EmailInvoice;
pub use desk::{OrderAction, OrderPage, OrderView};
pub use facts::{Balance, Invoice, OpenPayment, Order, OrderDetails, OrderLine};
pub use ledger::{CutOff, LedgerLink};
pub use refusal::OrderRefusal;
#[cfg(feature = "mail")]
pub(crate) use rules::money_is_of;
pub use rules::{OrderRules, actions, may_get_invoice, may_pay, may_see, relation, seen_by};
