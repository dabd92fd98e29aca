use super::*;

fn cheap() -> Argon2id {
    Argon2id::with(Params::new(64, 1, 1, Some(OUTPUT)).unwrap())
}

fn kept(algorithm: Algorithm, version: Version, params: Params) -> PasswordHash {
    let argon2 = Argon2::new(algorithm, version, params);
    let hash = argon2.hash_password_with_salt(b"larch tern", &[7; 16]);
    PasswordHash::new(hash.unwrap().to_string())
}

async fn verified(password: &str, kept: &PasswordHash) -> Verified {
    cheap().verify(&password.into(), kept).await.unwrap()
}

#[tokio::test]
async fn a_password_is_right_and_any_other_is_wrong() {
    let hasher = Argon2id::new();
    let kept = hasher.hash(&"larch tern".into()).await.unwrap();
    let expected = [
        ("larch tern", Verified::Right),
        ("larch\u{a0}tern", Verified::Right),
        ("Larch tern", Verified::Wrong),
        ("larch tern ", Verified::Wrong),
        ("", Verified::Wrong),
    ];
    for (password, expected) in expected {
        let verified = hasher.verify(&password.into(), &kept).await.unwrap();
        assert_eq!(verified, expected, "{password:?}");
    }
}

#[tokio::test]
async fn the_same_password_is_never_kept_the_same() {
    let [one, two] = [
        cheap().hash(&"larch tern".into()).await,
        cheap().hash(&"larch tern".into()).await,
    ];
    assert_ne!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn what_is_kept_names_the_parameters_of_owasp() {
    let kept = Argon2id::new().hash(&"larch tern".into()).await.unwrap();
    assert!(
        kept.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        kept.expose()
    );
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_right_and_outdated() {
    let params = |memory, passes, output| Params::new(memory, passes, 1, Some(output)).unwrap();
    let (id, now) = (Algorithm::Argon2id, Version::V0x13);
    let cases = [
        (id, now, params(64, 1, 32), Verified::Right),
        (id, now, params(128, 1, 32), Verified::Outdated),
        (id, now, params(64, 2, 32), Verified::Outdated),
        (id, now, params(64, 1, 16), Verified::Outdated),
        (id, Version::V0x10, params(64, 1, 32), Verified::Outdated),
        (
            Algorithm::Argon2i,
            now,
            params(64, 1, 32),
            Verified::Outdated,
        ),
        (
            Algorithm::Argon2d,
            now,
            params(64, 1, 32),
            Verified::Outdated,
        ),
    ];
    for (algorithm, version, params, expected) in cases {
        let kept = kept(algorithm, version, params);
        assert_eq!(
            verified("larch tern", &kept).await,
            expected,
            "{}",
            kept.expose()
        );
        assert_eq!(verified("larch terns", &kept).await, Verified::Wrong);
    }
}

#[tokio::test]
async fn nothing_fits_the_decoy_and_it_costs_what_any_costs() {
    for hasher in [cheap(), Argon2id::with_cost(9 * 1024, 4).unwrap()] {
        let decoy = hasher.decoy();
        for password in ["", "larch tern", "\0", decoy.expose()] {
            let verified = hasher.verify(&password.into(), &decoy).await;
            assert_eq!(verified.unwrap(), Verified::Wrong);
        }
        let real = hasher.hash(&"larch tern".into()).await.unwrap();
        let [decoy, real] =
            [&decoy, &real].map(|kept| phc::PasswordHash::new(kept.expose()).unwrap());
        assert_eq!(
            (decoy.algorithm, decoy.version),
            (real.algorithm, real.version)
        );
        assert_eq!(decoy.params, real.params);
        assert_eq!(decoy.salt.unwrap().len(), real.salt.unwrap().len());
        assert_eq!(decoy.hash.unwrap().len(), real.hash.unwrap().len());
    }
}

#[tokio::test]
async fn a_hash_that_cannot_be_read_is_an_error_that_does_not_show_it() {
    let salt = "c2VjcmV0c2FsdHNlY3JldA";
    let hash = "c2VjcmV0aGFzaHNlY3JldGhhc2hzZWNyZXRoYXNoMDA";
    let unreadable = [
        String::new(),
        "c2VjcmV0".into(),
        format!("$argon2id$v=19$m=64,t=1,p=1${salt}"),
        format!("$argon2id$v=19$m=64,t=1,p=1${salt}${hash}$more"),
        format!("$argon2id$v=19$m=c2VjcmV0,t=1,p=1${salt}${hash}"),
        format!("$argon2id$v=20$m=64,t=1,p=1${salt}${hash}"),
        format!("$scrypt$ln=16,r=8,p=1${salt}${hash}"),
        // More memory, or more passes, than anybody meant.
        format!("$argon2id$v=19$m=4294967295,t=1,p=1${salt}${hash}"),
        format!("$argon2id$v=19$m=64,t=4294967295,p=1${salt}${hash}"),
    ];
    for phc in unreadable {
        let kept = PasswordHash::new(phc.as_str());
        let error = cheap()
            .verify(&"larch tern".into(), &kept)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), AdapterErrorKind::Unintelligible, "{phc}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }
}

#[tokio::test]
async fn what_is_too_long_is_turned_away_unhashed() {
    let endless = SecretString::from("x".repeat(100_000));
    let error = cheap().hash(&endless).await.unwrap_err();
    assert_eq!(error.kind(), AdapterErrorKind::Rejected);
    for kept in [
        cheap().decoy(),
        cheap().hash(&"larch tern".into()).await.unwrap(),
    ] {
        assert_eq!(
            cheap().verify(&endless, &kept).await.unwrap(),
            Verified::Wrong
        );
    }
}

#[tokio::test]
async fn a_crowd_is_told_to_come_back() {
    let hasher = cheap().at_once(NonZeroU16::MIN).waiting(0);
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let busy = hasher.turns.take(move || wait.recv().is_ok());
    let asks = async {
        let (hash, decoy) = (hasher.hash(&"larch tern".into()).await, hasher.decoy());
        let verified = hasher.verify(&"larch tern".into(), &decoy).await;
        go.send(()).unwrap();
        [hash.unwrap_err(), verified.unwrap_err()]
    };
    let (_, errors) = tokio::join!(busy, asks);
    for error in errors {
        assert!(error.is_temporary() && error.kind() == AdapterErrorKind::Unavailable);
    }
}

#[test]
fn parameters_too_cheap_or_too_dear_are_refused() {
    let good = [
        (47_104, 1),
        (19_456, 2),
        (12_288, 3),
        (9_216, 4),
        (7_168, 5),
        (1_048_576, 64),
    ];
    for (memory, passes) in good {
        assert!(
            Argon2id::with_cost(memory, passes).is_ok(),
            "{memory} {passes}"
        );
    }
    let bad = [
        (0, 0),
        (7_167, 64),
        (19_456, 1),
        (7_168, 4),
        (1_048_577, 2),
        (19_456, 65),
        (u32::MAX, u32::MAX),
    ];
    for (memory_kib, passes) in bad {
        let refused = Argon2id::with_cost(memory_kib, passes).err();
        assert_eq!(refused, Some(UnfitCost { memory_kib, passes }));
    }
}

#[test]
fn debug_shows_the_parameters_and_nothing_else() {
    assert_eq!(
        format!("{:?}", Argon2id::new()),
        "Argon2id(19456 KiB, 2 passes)"
    );
    assert_eq!(format!("{:?}", Argon2id::new().decoy()), "PasswordHash(..)");
}
