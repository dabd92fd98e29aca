//! What cargo knows about this workspace.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use cargo_metadata::{
    CargoOpt, DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId,
};

use crate::failure::Failure;

/// This finds the folder of the workspace, from wherever in it the command was given.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    Ok(members()?.workspace_root.into_std_path_buf())
}

/// This describes our own packages, without what they depend on.
pub(crate) fn members() -> Result<Metadata, Failure> {
    MetadataCommand::new()
        .no_deps()
        .exec()
        .map_err(|error| unreadable(&error))
}

/// This describes every package that any feature, target, test or build script of ours pulls in.
pub(crate) fn everything() -> Result<Dependencies, Failure> {
    let metadata = MetadataCommand::new()
        .features(CargoOpt::AllFeatures)
        .exec()
        .map_err(|error| unreadable(&error))?;
    Dependencies::new(metadata)
}

/// This is the resolved tree of dependencies.
#[derive(Debug)]
pub(crate) struct Dependencies {
    packages: BTreeMap<PackageId, Package>,
    nodes: BTreeMap<PackageId, Node>,
    members: Vec<PackageId>,
}

impl Dependencies {
    fn new(metadata: Metadata) -> Result<Self, Failure> {
        let resolve = metadata
            .resolve
            .ok_or_else(|| Failure::new("cargo metadata resolved no dependencies"))?;
        Ok(Self {
            packages: metadata
                .packages
                .into_iter()
                .map(|package| (package.id.clone(), package))
                .collect(),
            nodes: resolve
                .nodes
                .into_iter()
                .map(|node| (node.id.clone(), node))
                .collect(),
            members: metadata.workspace_members,
        })
    }

    /// These are all resolved packages, ours included, each once.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Package> {
        self.nodes.keys().filter_map(|id| self.packages.get(id))
    }

    /// These are our own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.members.iter().filter_map(|id| self.packages.get(id))
    }

    /// These are the packages that `from` cannot be used without: itself and what it depends on, tests and build
    /// scripts aside.
    pub(crate) fn needed_by(&self, from: &Package) -> Vec<&Package> {
        let mut seen = BTreeSet::from([&from.id]);
        let mut queue = VecDeque::from([&from.id]);
        while let Some(node) = queue.pop_front().and_then(|id| self.nodes.get(id)) {
            let normal = node.deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            });
            for dependency in normal {
                if seen.insert(&dependency.pkg) {
                    queue.push_back(&dependency.pkg);
                }
            }
        }
        seen.into_iter()
            .filter_map(|id| self.packages.get(id))
            .collect()
    }

    /// This is the shortest way from one of our packages to `wanted`: `portal-store → rusqlite → libsqlite3-sys`.
    pub(crate) fn path_to(&self, wanted: &Package) -> String {
        let mut pulled_in_by: BTreeMap<&PackageId, &PackageId> = BTreeMap::new();
        let mut seen: BTreeSet<&PackageId> = self.members.iter().collect();
        let mut queue: VecDeque<&PackageId> = self.members.iter().collect();
        while let Some(id) = queue.pop_front() {
            for dependency in self.nodes.get(id).into_iter().flat_map(|node| &node.deps) {
                if seen.insert(&dependency.pkg) {
                    pulled_in_by.insert(&dependency.pkg, id);
                    queue.push_back(&dependency.pkg);
                }
            }
        }
        let mut names = vec![wanted.name.as_str()];
        let mut at = &wanted.id;
        while let Some(&parent) = pulled_in_by.get(at) {
            names.extend(
                self.packages
                    .get(parent)
                    .map(|package| package.name.as_str()),
            );
            at = parent;
        }
        names.reverse();
        names.join(" → ")
    }
}

fn unreadable(error: &cargo_metadata::Error) -> Failure {
    Failure::new(format!("cargo metadata: {error}"))
}
