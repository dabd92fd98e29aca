//! The licences of everything we build with.

mod accepted;

use cargo_metadata::Package;

use crate::failure::Failure;
use crate::workspace;

/// This checks every resolved package, those of tests and build scripts too, and names each it does not accept.
pub(crate) fn check() -> Result<(), Failure> {
    let dependencies = workspace::everything()?;
    let mut count = 0;
    let mut offenders = Vec::new();
    for package in dependencies.packages() {
        count += 1;
        if let Err(reason) = verdict(package) {
            offenders.push(format!(
                "{} {}: {reason} ({})",
                package.name,
                package.version,
                dependencies.path_to(package)
            ));
        }
    }
    if offenders.is_empty() {
        println!("licences: {count} packages, all accepted");
        return Ok(());
    }
    offenders.push(
        "replace what pulls it in, or add the licence to xtask/src/licences/accepted.rs".to_owned(),
    );
    Err(Failure::new(offenders.join("\n")))
}

fn verdict(package: &Package) -> Result<(), String> {
    let expression = package
        .license
        .as_deref()
        .ok_or_else(|| "states no licence".to_owned())?;
    let origin = match &package.source {
        Some(source) if source.is_crates_io() => accepted::Origin::CratesIo,
        _ => accepted::Origin::Elsewhere,
    };
    accepted::expression(expression, origin)
}
