//! The accounting promises, kept by every system of this crate: one module each, a candidate that plays it, and one named test per promise. And systems that break them, each
//! caught by the name of what it breaks.
#[cfg(feature = "journal")]
mod always_balanced;
#[cfg(feature = "journal")]
mod broken;
#[cfg(feature = "journal")]
mod journal;
#[cfg(feature = "journal")]
mod on_disk;
#[cfg(feature = "journal")]
mod planted;
#[cfg(feature = "xero")]
mod settling;
#[cfg(feature = "xero")]
mod xero;
#[cfg(feature = "xero")]
mod xero_oddities;
#[cfg(feature = "xero")]
mod xero_portal;

#[cfg(all(feature = "journal", feature = "xero"))]
mod page;
