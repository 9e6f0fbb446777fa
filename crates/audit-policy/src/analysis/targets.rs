//! The targets of requests that rules tell apart: resources with their names, and paths.

use std::collections::BTreeSet;

use super::bits::Bits;
use super::dimension::{Dimension, KeyedValue, Selectors};
use super::entries::Entries;
use super::paths::paths;
use super::shape::{Shape, Shapes};
use super::target::{NamedResource, Target, TargetSelector};
use super::work_budget::{TooMuch, WorkBudget};
use crate::api::{Rule, Version};
use crate::policy::matches_path;

/// Returns the targets that these rules tell apart.
pub(super) fn targets(
    rules: &[&Rule],
    version: Version,
    shapes: &Shapes<'_>,
    work: &mut WorkBudget,
) -> Result<Dimension<Target, Shape>, TooMuch> {
    let selectors: Selectors<TargetSelector<'_>> =
        rules.iter().map(|rule| TargetSelector::by(rule)).collect();
    let mut found = FoundTargets { selectors: &selectors.distinct, keyed: vec![], work };
    found.resources(version, shapes)?;
    found.paths(shapes)?;
    let keyed = found.keyed;
    work.spend(keyed.len() * rules.len() / 8)?;
    Ok(Dimension::new(&selectors, keyed))
}

struct FoundTargets<'a, 'w> {
    selectors: &'a [TargetSelector<'a>],
    keyed: Vec<KeyedValue<Target, Shape>>,
    work: &'w mut WorkBudget,
}

impl FoundTargets<'_, '_> {
    fn paths(&mut self, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let lists =
            self.selectors.iter().enumerate().filter_map(|(selector, wanted)| match wanted {
                TargetSelector::Paths(specs) => Some((selector, *specs)),
                _ => None,
            });
        let lists: Vec<(usize, &[String])> = lists.collect();
        let specs: BTreeSet<&str> =
            lists.iter().flat_map(|(_, specs)| *specs).map(String::as_str).collect();
        for path in paths(&specs, self.work)? {
            self.work.spend(specs.len())?;
            let is_in =
                |specs: &[String]| specs.iter().any(|spec| matches_path(spec, path.example()));
            let mut taken_by = self.those(|wanted| *wanted == TargetSelector::Anything);
            lists.iter().filter(|(_, specs)| is_in(specs)).for_each(|(at, _)| taken_by.insert(*at));
            self.keyed.push(KeyedValue {
                value: Target::Path(path),
                taken_by,
                kind: shapes.of_paths(),
            });
        }
        Ok(())
    }

    fn those(&self, is_one: impl Fn(&TargetSelector<'_>) -> bool) -> Bits {
        (0..self.selectors.len()).filter(|at| is_one(&self.selectors[*at])).collect()
    }

    fn resources(&mut self, version: Version, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let entries = Entries::new(self.selectors, version);
        let open = self.those(|wanted| {
            matches!(wanted, TargetSelector::Anything | TargetSelector::AnyResource)
        });
        for group in entries.groups() {
            for resource in entries.resources(&group) {
                for subresource in entries.subresources(&group, &resource, shapes) {
                    let names = entries.names(&group, &resource, &subresource, open.clone());
                    for (name, taken_by) in names.with_namespaces(&resource, shapes) {
                        self.work.spend(taken_by.width() + 16)?;
                        let (group, resource) = (group.clone(), resource.clone());
                        let subresource = subresource.clone();
                        let named = NamedResource { group, resource, subresource, name };
                        if let Some(kind) = shapes.of(&named) {
                            let value = Target::Resource(named);
                            self.keyed.push(KeyedValue { value, taken_by, kind });
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
