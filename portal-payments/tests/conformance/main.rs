//! The payment promises, kept by every adapter of this crate: one module each, a provider that is played for it, and one named test per promise.
#[cfg(feature = "helcim")]
mod helcim;
#[cfg(feature = "manual")]
mod manual;
#[cfg(feature = "sim")]
mod sim;
#[cfg(feature = "stripe")]
mod stripe;

#[cfg(all(
    feature = "helcim",
    feature = "manual",
    feature = "sim",
    feature = "stripe"
))]
mod page;
