use std::sync::Arc;

use uuid::Uuid;

use crate::Order;

/// What ends of shortened numbers derive from.
const NUMBERS: Uuid = Uuid::from_u128(0xa41f_6b90_3d57_4c28_8e01_b7c9_524d_f06a);

/// How much of a number tells it from others that begin alike.
const TAIL: usize = 8;

/// The number of an order's document: what people call the order, with a suffix once it was forgotten and exported anew. The same order gives the same one, always.
///
/// What is too long for the books is cut, and ends in something that no other order ends in.
#[must_use]
pub fn document_number(order: &Order, round: u32, longest: usize) -> Arc<str> {
    let called = Some(order.number.trim()).filter(|number| !number.is_empty());
    let called = called.unwrap_or(order.id.as_str());
    let suffix = match round {
        0 => String::new(),
        again => format!("-{}", again.saturating_add(1)),
    };
    let whole = format!("{called}{suffix}");
    if whole.chars().count() <= longest {
        return whole.into();
    }
    let name = format!("{}:{whole}", order.id);
    let tail = Uuid::new_v5(&NUMBERS, name.as_bytes()).simple().to_string();
    let tail: String = tail.chars().take(TAIL.min(longest)).collect();
    let room = longest.saturating_sub(TAIL + 1 + suffix.len());
    let head: String = called.chars().take(room).collect();
    if head.is_empty() {
        return tail.into();
    }
    format!("{head}-{tail}{suffix}").into()
}
