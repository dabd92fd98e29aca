use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use chrono::Duration;

use super::vic;

/// Everything the customer goes by, in more than one spelling.
static NAMES: LazyLock<[String; 6]> = LazyLock::new(|| {
    let phone = vic().standing.phone.unwrap();
    let (area, rest) = phone.as_str().split_at(5);
    [
        "vic@acme.example".to_owned(),
        phone.as_str().to_owned(),
        "VIC@Acme.Example".to_owned(),
        format!("{area} {rest}"),
        "victoria@home.example".to_owned(),
        format!("{area}-{rest}"),
    ]
});

/// How somebody goes about guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a suite runs them all")]
pub enum Strategy {
    /// From one household, which has more IPv6 addresses than there are tries.
    OnePlace,
    /// From another place each time.
    NewPlaces,
    /// By every name the customer goes by, in every spelling, from another place each time.
    BothNames,
    /// As slowly as tries come back.
    Patient,
    /// All at once, right after the owner has signed in.
    AfterTheOwner,
}

impl Strategy {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::OnePlace,
        Self::NewPlaces,
        Self::BothNames,
        Self::Patient,
        Self::AfterTheOwner,
    ];

    /// What the guess with this number calls the customer.
    pub(super) fn name(self, n: u32) -> String {
        let [address, number, ..] = &*NAMES;
        match (self, n % 2) {
            (Self::OnePlace | Self::NewPlaces, _) | (Self::Patient, 0) => address.clone(),
            (Self::Patient, _) => number.clone(),
            (Self::BothNames | Self::AfterTheOwner, _) => {
                let nth = usize::try_from(n).unwrap() % NAMES.len();
                NAMES[nth].clone()
            }
        }
    }

    /// Where it comes from.
    pub(super) fn place(self, n: u32) -> IpAddr {
        match self {
            Self::OnePlace => {
                let household = 0x2001_0db8_u128 << 96;
                Ipv6Addr::from_bits(household | u128::from(n)).into()
            }
            _ => Ipv4Addr::from_bits(0x0a00_0000 | n).into(),
        }
    }

    /// How long it is until the next one.
    pub(super) fn pause(self, n: u32) -> Duration {
        match self {
            Self::OnePlace | Self::NewPlaces | Self::BothNames => Duration::minutes(1),
            Self::Patient => Duration::minutes(48),
            Self::AfterTheOwner if n % 200 == 199 => Duration::days(1) - Duration::seconds(199),
            Self::AfterTheOwner => Duration::seconds(1),
        }
    }
}
