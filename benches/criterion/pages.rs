//! A page of twenty orders of a customer who has ten, ten thousand, or a million.
use criterion::{Criterion, criterion_group, criterion_main};
use portal_benches::orders::{CUSTOMERS, START, Shelves};
use portal_core::Page;

fn pages(c: &mut Criterion) {
    let most = CUSTOMERS
        .map(|(_, count)| count)
        .into_iter()
        .max()
        .unwrap_or(0);
    let shelves = Shelves::fill(most);
    for (customer, count) in CUSTOMERS {
        let mut group = c.benchmark_group(format!("a page of 20 of {count} orders"));
        let desk = shelves.desk(customer);
        let first = Page::first(20);
        group.bench_function("ours", |b| b.iter(|| shelves.ours(&desk, &first)));
        group.bench_function("floor", |b| b.iter(|| shelves.floor(customer, START)));
        group.finish();
    }
}

criterion_group!(benches, pages);
criterion_main!(benches);
