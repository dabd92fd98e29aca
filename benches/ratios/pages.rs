//! A page of twenty orders out of ten, ten thousand and a million, at the start and in the middle.
use portal_benches::{
    orders::{CUSTOMERS, START, Shelves, after, page_after},
    ratio::{Effort, Row, compare, times},
};
use portal_core::Page;

fn main() {
    let effort = Effort::asked_for();
    let most = CUSTOMERS
        .map(|(_, count)| count)
        .into_iter()
        .max()
        .unwrap_or(0);
    let shelves = Shelves::fill(most);
    let mut first_rates = vec![];
    for (customer, count) in CUSTOMERS {
        let desk = shelves.desk(customer);
        let start = Page::first(20);
        let rates = compare(
            effort,
            |n| times(n, || shelves.ours(&desk, &start)),
            |n| times(n, || shelves.floor(customer, START)),
        );
        first_rates.push(rates.0);
        println!(
            "{}",
            Row::new(format!("first page of 20 of {count} orders"), rates, "-")
        );
        let middle = count / 2;
        let (page, (at, id)) = (page_after(middle), after(middle));
        let rates = compare(
            effort,
            |n| times(n, || shelves.ours(&desk, &page)),
            |n| times(n, || shelves.floor(customer, (at, &id))),
        );
        println!(
            "{}",
            Row::new(
                format!("a page in the middle of {count} orders"),
                rates,
                "-"
            )
        );
    }
    if let [few, .., most] = first_rates.as_slice() {
        let row = Row::new(
            "a page of 1,000,000 beside one of 10",
            (*most, *few),
            ">= 0.5",
        );
        println!("{row}");
    }
}
