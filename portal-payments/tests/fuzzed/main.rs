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
    let word = "(payment_intent|checkout|charge|refund|customer|setup_intent|payment_method|cardTransaction|[a-z]{0,5})([.][a-z_]{0,12}){0,3}";
    let id = r"(pi_|cs_|cus_|)[a-zA-Z0-9_/.%\\-]{0,12}";
    let event = (word, id, id, any::<bool>()).prop_map(|(kind, id, other, live)| {
        format!(
            r#"{{"id":"{id}","object":"event","livemode":{live},"type":"{kind}","data":{{"object":{{"id":"{id}","customer":"{other}","payment_intent":"{other}"}}}}}}"#
        )
    });
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        event.prop_map(String::into_bytes),
        "(session_id|transactionId|invoiceNumber|session)=(cs_)?[0-9a-f/.&=-]{0,40}(&(session_id|transactionId|session)=(cs_)?[0-9]{0,6}){0,2}".prop_map(String::into_bytes),
        "(t=[0-9-]{0,12},?)?(v[01]=[0-9a-f]{0,66},?){0,4}\n.{0,20}".prop_map(String::into_bytes),
        "[ -~]{0,10}\n(17[0-9]{8})?\n(v1,[A-Za-z0-9+/]{0,43}=? ?){0,3}\n.{0,20}".prop_map(String::into_bytes),
    ]
}

macro_rules! fuzzed {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            seeds(stringify!($target), bodies::$target);
            proptest!(|(input in anything())| bodies::$target(&input));
        }
    )*};
}

fuzzed!(stripe_webhook stripe_signature helcim_webhook sim_webhook signing returned);
