//! Whatever a stranger sends: the bodies of the fuzz targets, here with what proptest makes up and with every seed. `cargo xtask ci --only fuzz` runs the targets themselves, where
//! a nightly toolchain and cargo-fuzz are installed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
mod bodies;

use std::path::Path;

use proptest::prelude::*;

/// Every seed of this target, as it is and with its end cut off anywhere.
fn seeds(target: &str, body: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let files = std::fs::read_dir(seeds.join(target)).unwrap();
    let mut count = 0;
    for file in files {
        let seed = std::fs::read(file.unwrap().path()).unwrap();
        (0..=seed.len()).for_each(|end| body(&seed[..end]));
        count += 1;
    }
    assert_ne!(count, 0, "no seeds for {target}");
}

/// Bytes, text, and what looks enough like an event to get somewhere.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let known = proptest::sample::select(portal_payments::stripe::webhook::EVENTS);
    let word = prop_oneof![
        4 => known.prop_map(str::to_owned),
        1 => "(charge|customer|cardTransaction|[a-z]{0,5})([.][a-z_]{0,12}){0,3}",
    ];
    let id = "(pi_|cs_|cus_|)[a-zA-Z0-9-]{0,4}[a-z_/.%]{0,3}";
    let live = proptest::bool::weighted(0.1);
    let event = (word, "evt_[0-9]", id, id, live).prop_map(|(kind, name, id, other, live)| {
        format!(
            r#"{{"id":"{name}","object":"event","livemode":{live},"type":"{kind}","data":{{"object":{{"id":"{id}","customer":"{other}","payment_intent":"{other}"}}}}}}"#
        )
    });
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..200),
        4 => event.prop_map(String::into_bytes),
        1 => "(session_id|transactionId|invoiceNumber|session)=(cs_)?[0-9a-f/.&=-]{0,40}(&(session_id|transactionId|session)=(cs_)?[0-9]{0,6}){0,2}".prop_map(String::into_bytes),
        1 => "(t=[0-9-]{0,12},?)?(v[01]=[0-9a-f]{0,66},?){0,4}\n.{0,20}".prop_map(String::into_bytes),
        1 => "[ -~]{0,10}\n(17[0-9]{8})?\n(v1,[A-Za-z0-9+/]{0,43}=? ?){0,3}\n.{0,20}".prop_map(String::into_bytes),
    ]
}

macro_rules! fuzzed {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            seeds(stringify!($target), bodies::$target);
            let config = ProptestConfig::with_cases(2000);
            proptest!(config, |(input in anything())| bodies::$target(&input));
        }
    )*};
}

fuzzed!(stripe_webhook stripe_signature helcim_webhook sim_webhook signing returned);
