//! A transfer committed on `SQLite`, alone and with 16 callers, beside the same statements bare.
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portal_benches::transfers::{Floor, Ours};

fn commits(c: &mut Criterion) {
    for callers in [1_usize, 16] {
        let mut group = c.benchmark_group(format!("a transfer committed, {callers} at once"));
        group.throughput(Throughput::Elements(1));
        let ours = Ours::open();
        group.bench_function("ours", |b| {
            b.iter_custom(|n| {
                let n = usize::try_from(n).unwrap_or(usize::MAX);
                let start = Instant::now();
                if callers == 1 {
                    ours.alone(n);
                } else {
                    ours.at_once(n, callers);
                }
                start.elapsed()
            });
        });
        let mut floor = Floor::open();
        group.bench_function("floor", |b| {
            b.iter_custom(|n| {
                let n = usize::try_from(n).unwrap_or(usize::MAX);
                let start = Instant::now();
                floor.batches(n, callers);
                start.elapsed()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, commits);
criterion_main!(benches);
