//! Describes sets of resources by as few products as their parts allow.

use super::part::{SetPart, select};
use crate::analysis::bits::Bits;
use crate::analysis::class::Resources;
use crate::analysis::class::Selection;
use crate::analysis::target::NamedResource;
use crate::analysis::value::AtomValue;

/// The resources that rules tell apart, by group, resource, subresource and name.
pub(super) struct ResourceTree<'s> {
    sorted: Vec<(&'s NamedResource, usize)>,
}

/// What of a branch is in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Branch<T> {
    /// No request of the set can have it.
    Impossible,
    Out,
    In(T),
}

/// Subresources, and names of objects that have them.
type Objects = Vec<(Selection<String>, Selection<String>)>;

impl<'s> ResourceTree<'s> {
    pub(super) fn new(resources: impl Iterator<Item = (&'s NamedResource, usize)>) -> Self {
        let mut sorted: Vec<_> = resources.collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Returns the resources that are in. Branches that look alike are described together.
    pub(super) fn describe(&self, part: impl Fn(usize) -> SetPart) -> Vec<Resources> {
        let names = |all: &[(&NamedResource, usize)]| names(all, &part);
        let objects = |all: &[(&NamedResource, usize)]| objects(all, &names);
        let in_group =
            |all: &[(&NamedResource, usize)]| alike(all, |named| &named.resource, &objects);
        let Branch::In(groups) = alike(&self.sorted, |named| &named.group, &in_group) else {
            return vec![];
        };
        let mut described = vec![];
        for (groups, resources) in groups {
            for (resources, objects) in resources {
                for (subresources, names) in objects {
                    let (groups, resources) = (groups.clone(), resources.clone());
                    described.push(Resources { groups, resources, subresources, names });
                }
            }
        }
        described
    }

    /// Returns the impossible ones that a description takes in.
    pub(super) fn taken_in(
        &self,
        described: &[Resources],
        part: impl Fn(usize) -> SetPart,
    ) -> Bits {
        let impossible = self.sorted.iter().filter(|(_, atom)| part(*atom) == SetPart::Impossible);
        let taken = impossible.filter(|(named, _)| {
            let asked = named.in_namespace("");
            described.iter().any(|resources| resources.contain(&asked))
        });
        taken.map(|(_, atom)| *atom).collect()
    }
}

/// Describes names.
fn names(
    all: &[(&NamedResource, usize)],
    part: &impl Fn(usize) -> SetPart,
) -> Branch<Selection<String>> {
    let parts = || all.iter().map(|(named, atom)| (named.name.name(), part(*atom)));
    if parts().any(|(_, part)| part == SetPart::In) {
        Branch::In(select(parts()))
    } else if parts().any(|(_, part)| part == SetPart::Out) {
        Branch::Out
    } else {
        Branch::Impossible
    }
}

/// Where no subresource is possible, as in a list, only the resource itself is described, and not
/// any subresource.
fn objects(
    all: &[(&NamedResource, usize)],
    names: &impl Fn(&[(&NamedResource, usize)]) -> Branch<Selection<String>>,
) -> Branch<Objects> {
    let mut objects = alike(all, |named| &named.subresource, names);
    let mut branches = all.chunk_by(|one, two| one.0.subresource == two.0.subresource);
    let has_subresource = branches.any(|branch| {
        let is_one = !branch[0].0.subresource.text().is_empty();
        is_one && names(branch) != Branch::Impossible
    });
    if let Branch::In(objects) = &mut objects
        && !has_subresource
    {
        objects.iter_mut().for_each(|(own, _)| *own = Selection::Only(vec![String::new()]));
    }
    objects
}

/// Describes each branch, and describes those together that look alike.
fn alike<T: Clone + PartialEq>(
    all: &[(&NamedResource, usize)],
    by: impl Fn(&NamedResource) -> &AtomValue,
    describe: &impl Fn(&[(&NamedResource, usize)]) -> Branch<T>,
) -> Branch<Vec<(Selection<String>, T)>> {
    let branches = all.chunk_by(|one, two| by(one.0) == by(two.0));
    let branches: Vec<_> =
        branches.map(|branch| (by(branch[0].0).name(), describe(branch))).collect();
    let mut different: Vec<&T> = vec![];
    for (_, branch) in &branches {
        if let Branch::In(inside) = branch
            && !different.contains(&inside)
        {
            different.push(inside);
        }
    }
    if different.is_empty() {
        let is_possible = branches.iter().any(|(_, branch)| *branch != Branch::Impossible);
        return if is_possible { Branch::Out } else { Branch::Impossible };
    }
    let selection = |inside: &T| {
        select(branches.iter().map(|(value, branch)| {
            let part = match branch {
                Branch::Impossible => SetPart::Impossible,
                Branch::In(other) if other == inside => SetPart::In,
                _ => SetPart::Out,
            };
            (value.clone(), part)
        }))
    };
    Branch::In(different.into_iter().map(|inside| (selection(inside), inside.clone())).collect())
}
