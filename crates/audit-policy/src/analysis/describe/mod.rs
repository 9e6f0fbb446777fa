//! From a product of atoms to a class as people describe it.

mod part;
mod paths;
mod people;
mod resources;

use part::{SetPart, select};
use paths::PathTree;
use people::people;
use resources::ResourceTree;

use super::bits::Bits;
use super::class::{Class, Selection};
use super::group_sets::GroupSets;
use super::product::Product;
use super::shape::{Shape, Verbs};
use super::space::Space;
use super::target::Target;
use super::work_budget::TooMuch;

/// Describes products.
pub(super) struct Describer<'s> {
    space: &'s Space,
    paths: PathTree<'s>,
    resources: ResourceTree<'s>,
}

impl<'s> Describer<'s> {
    pub(super) fn new(space: &'s Space) -> Self {
        let atoms = || {
            let atoms = space.targets.atoms.iter().enumerate();
            atoms.flat_map(|(atom, targets)| targets.iter().map(move |target| (target, atom)))
        };
        let paths = atoms().filter_map(|(target, atom)| match target {
            Target::Path(path) => Some((path, atom)),
            Target::Resource(_) => None,
        });
        let resources = atoms().filter_map(|(target, atom)| match target {
            Target::Resource(resource) => Some((resource, atom)),
            Target::Path(_) => None,
        });
        Self { paths: PathTree::new(paths), resources: ResourceTree::new(resources), space }
    }

    /// Returns what a description costs.
    pub(super) fn cost(&self) -> usize {
        16 * self.resources.len()
    }

    /// Returns the description of a product.
    ///
    /// Values that are impossible with the rest need not be kept out. One dimension after the other
    /// takes them in where that is shorter, and the next ones look at what is then in.
    pub(super) fn class(
        &self,
        group_sets: &mut GroupSets,
        product: &Product,
    ) -> Result<Class, TooMuch> {
        let parts = target_parts(self.space, product);
        let paths = self.paths.patterns(|target| parts[target]);
        let resources = self.resources.describe(|target| parts[target]);
        let targets =
            product.targets.or(&self.resources.taken_in(&resources, |target| parts[target]));
        let (namespaces, meant) = namespaces(self.space, product, &targets);
        let verbs = verbs(self.space, product, &targets, &meant);
        let (users, groups) =
            people(self.space, group_sets, &group_sets.people(product.group_set).clone())?;
        Ok(Class { users, groups, verbs, namespaces, resources, paths })
    }
}

fn target_parts(space: &Space, product: &Product) -> Vec<SetPart> {
    let is_possible = |shape: &Shape| {
        let mut verbs = product.namespaces.iter().map(|at| space.possible(shape, at));
        verbs.any(|verbs| !verbs.and(product.verbs).is_empty())
    };
    let mut parts = vec![SetPart::Impossible; space.targets.atoms.len()];
    for (_, atoms) in space.shapes.iter().filter(|(shape, _)| is_possible(shape)) {
        for target in atoms.iter() {
            parts[target] =
                if product.targets.contains(target) { SetPart::In } else { SetPart::Out };
        }
    }
    parts
}

/// Returns the verbs with which targets can be asked for in a namespace.
fn possible(space: &Space, targets: &Bits, namespace: usize) -> Verbs {
    let shapes = space.shapes.iter().filter(|(_, atoms)| atoms.meets(targets));
    shapes.fold(Verbs::default(), |all, (shape, _)| all.or(space.possible(shape, namespace)))
}

/// There are few verbs and no others, so that the shorter list describes them.
fn verbs(space: &Space, product: &Product, targets: &Bits, namespaces: &Bits) -> Selection<String> {
    let possible = namespaces.iter().map(|namespace| possible(space, targets, namespace));
    let missing = possible.fold(Verbs::default(), Verbs::or).minus(product.verbs);
    let names = |verbs: Verbs| verbs.names().map(str::to_owned).collect();
    if missing.is_empty() {
        Selection::Any
    } else if missing.len() < product.verbs.len() {
        Selection::Except(names(missing))
    } else {
        Selection::Only(names(product.verbs))
    }
}

/// Also returns the namespaces that the description takes in.
fn namespaces(space: &Space, product: &Product, targets: &Bits) -> (Selection<String>, Bits) {
    let part = |namespace: usize| {
        if product.namespaces.contains(namespace) {
            SetPart::In
        } else if possible(space, targets, namespace).and(product.verbs).is_empty() {
            SetPart::Impossible
        } else {
            SetPart::Out
        }
    };
    let parts: Vec<SetPart> = (0..space.namespaces.atoms.len()).map(part).collect();
    let atoms = space.namespaces.atoms.iter().zip(&parts);
    let values = atoms.flat_map(|(values, part)| values.iter().map(move |value| (value, *part)));
    let selection = select(values.map(|(value, part)| (value.name(), part)));
    let meant = selection.meant(&parts);
    (selection, meant)
}
