//! Two thousand people of three hundred organisations, named as people are.
use portal_core::StoreError;
use rusqlite::params;

use super::{Seed, chance::Chance, person_id};
use crate::query::edit;

pub(super) const PEOPLE: usize = 2_000;
const ORGANISATIONS: usize = 300;

/// Hēmi Te Rangi, who does not get in.
const NOT_YET: usize = 7;
const TOWNS: [(&str, &str); 4] = [
    ("Madrid", "28013"),
    ("Bilbao", "48005"),
    ("Valencia", "46002"),
    ("Sevilla", "41001"),
];

/// Given names and surnames of one language; where there are no given names, people have one name.
struct Names {
    given: &'static [&'static str],
    surnames: &'static [&'static str],
}

const NAMES: &[Names] = &[
    Names {
        given: &["Alejandra", "Íñigo", "Sofía", "Andrés", "Begoña", "Ángel"],
        surnames: &[
            "García Márquez",
            "Núñez",
            "Ibáñez",
            "de la Fuente",
            "Peña",
            "Etxeberría",
        ],
    },
    Names {
        given: &["Mary-Jane", "Oliver", "Siân", "Hamish", "Ruth", "Tony"],
        surnames: &[
            "O'Connor",
            "Smith-Jones",
            "MacDonald",
            "d’Arcy",
            "St. John",
            "Ng",
        ],
    },
    Names {
        given: &["Jörg", "Zoë", "Søren", "Françoise", "Łukasz", "Ağca"],
        surnames: &[
            "Müller",
            "Weiß",
            "Bjørnsen",
            "L’Écuyer",
            "Wójcik",
            "Özdemir",
        ],
    },
    Names {
        given: &["美咲", "翔太", "葵"],
        surnames: &["佐藤", "鈴木", "高橋"],
    },
    Names {
        given: &["Анна", "Дмитро", "Олена"],
        surnames: &["Шевченко", "Иванова", "Коваль"],
    },
    Names {
        given: &["Ελένη", "Γιώργος"],
        surnames: &["Παπαδόπουλος", "Αγγελοπούλου"],
    },
    Names {
        given: &["ليلى", "يوسف"],
        surnames: &["الحسن", "بن سعيد"],
    },
    Names {
        given: &["अनन्या", "विक्रम"],
        surnames: &["शर्मा", "अय्यर"],
    },
    Names {
        given: &["Hēmi", "Aroha", "Nguyễn", "Teuila"],
        surnames: &["Tāmihana", "Te Rangi", "Thị Hồng", "Fa‘asavalu"],
    },
    Names {
        given: &[""],
        surnames: &["Suharto", "Teller", "Madhavi"],
    },
];

/// The demo's customer, and the colleagues on her orders.
const COLLEAGUES: [(&str, &str); 8] = [
    ("Lucía", "Núñez-O’Farrell"),
    ("Tomás", "Ibáñez"),
    ("Aoife", "Ní Bhriain"),
    ("", "Suharto"),
    ("美咲", "佐藤"),
    ("Jörg", "Weiß"),
    ("Siân", "Smith-Jones"),
    ("Hēmi", "Te Rangi"),
];

const STEMS: [&str; 30] = [
    "Aldaya",
    "Brightwater",
    "Cóndor",
    "Delgado & Hijos",
    "Evergreen",
    "Färber",
    "Gál",
    "Harbour",
    "Ibérica",
    "Järvi",
    "Kōwhai",
    "Llobregat",
    "Meridian",
    "Northgate",
    "Ōtautahi",
    "Peñalara",
    "Quetzal",
    "Rowan",
    "São Bento",
    "Tlaloc",
    "Ulster",
    "Vega",
    "Whitcombe",
    "Xochimilco",
    "Yarrow",
    "Zárate",
    "Ångström",
    "Émile",
    "Østfold",
    "Škoda & Daughters",
];
const TRADES: [&str; 10] = [
    "Logistics",
    "Clínica",
    "Foods",
    "Energy",
    "Consulting",
    "Construcciones",
    "Textiles",
    "Academy",
    "Insurance",
    "Robotics",
];

pub(super) fn fill(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    for n in 0..ORGANISATIONS {
        let (stem, trade) = (STEMS.get(n % 30), TRADES.get(n / 30));
        let name = [stem, trade].map(|part| part.copied().unwrap_or_default());
        let sql = "insert into organisation (id, name, on_account) values (?1, ?2, ?3)";
        let params = params![organisation_id(n), name.join(" "), n % 3 == 0];
        edit(seed.tx, sql, params)?;
    }
    for n in 0..PEOPLE {
        let (given_name, surname) = match COLLEAGUES.get(n) {
            Some(name) => *name,
            None => name(&mut seed.chance),
        };
        let organisation = organisation_id(if n < COLLEAGUES.len() {
            0
        } else {
            n % ORGANISATIONS
        });
        let language = if n > 0 && seed.chance.percent(40) {
            "es"
        } else {
            "en"
        };
        let email = format!("p{}@people.example", n + 1);
        // Nobody has switched the portal on for one of her colleagues, nor asked for a number.
        let phone = (n != NOT_YET).then(|| format!("+34612{:06}", n + 1));
        let (town, code) = *TOWNS.get(n % TOWNS.len()).unwrap_or(&("Madrid", "28013"));
        let street = format!("Calle Mayor {}", n % 180 + 1);
        let sql = "insert into person (id, organisation, given_name, surname, email, language, portal, phone, lines, town, postal_code, country)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'ES')";
        let params = params![
            person_id(n),
            organisation,
            given_name,
            surname,
            email,
            language,
            n != NOT_YET,
            phone,
            street,
            town,
            code
        ];
        edit(seed.tx, sql, params)?;
    }
    Ok(())
}

fn name(chance: &mut Chance) -> (&'static str, &'static str) {
    let names = chance.pick(NAMES);
    let given = *chance.pick(names.given);
    (given, *chance.pick(names.surnames))
}

/// Someone, and up to `others` more of the same organisation. Not the demo's customer, nor her colleagues.
pub(super) fn group(seed: &mut Seed<'_>, others: usize) -> Vec<usize> {
    let first = COLLEAGUES.len() + seed.chance.below(ORGANISATIONS);
    let all: Vec<_> = (first..PEOPLE).step_by(ORGANISATIONS).collect();
    let from = seed.chance.below(all.len());
    let chosen = all
        .iter()
        .cycle()
        .skip(from)
        .take(1 + others.min(all.len() - 1));
    chosen.copied().collect()
}

fn organisation_id(n: usize) -> String {
    format!("ORG-{:03}", n + 1)
}
