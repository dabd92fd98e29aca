#![no_main]
#[path = "../../portal-payments/tests/fuzzed/bodies.rs"]
#[expect(dead_code, reason = "the other targets' bodies")]
mod bodies;

libfuzzer_sys::fuzz_target!(|input: &[u8]| bodies::sim_webhook(input));
