//! The targets of requests that rules tell apart: resources with their names, and paths.

use std::collections::BTreeSet;

use super::bits::Bits;
use super::dimension::{Dimension, Keyed, Selectors};
use super::entries::Entries;
use super::paths::paths;
use super::shape::{Shape, Shapes};
use super::target::{Named, Target, Wanted};
use super::work::{TooMuch, Work};
use crate::api::{Rule, Version};
use crate::policy::matches_path;

/// Returns the targets that these rules tell apart.
pub(super) fn targets(
    rules: &[&Rule],
    version: Version,
    shapes: &Shapes<'_>,
    work: &mut Work,
) -> Result<Dimension<Target, Shape>, TooMuch> {
    let selectors: Selectors<Wanted<'_>> = rules.iter().map(|rule| Wanted::by(rule)).collect();
    let mut found = Found { selectors: &selectors.distinct, keyed: vec![], work };
    found.resources(version, shapes)?;
    found.paths(shapes)?;
    let keyed = found.keyed;
    work.spend(keyed.len() * rules.len() / 8)?;
    Ok(Dimension::new(&selectors, keyed))
}

struct Found<'a, 'w> {
    selectors: &'a [Wanted<'a>],
    keyed: Vec<Keyed<Target, Shape>>,
    work: &'w mut Work,
}

impl Found<'_, '_> {
    fn paths(&mut self, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let lists =
            self.selectors.iter().enumerate().filter_map(|(selector, wanted)| match wanted {
                Wanted::Paths(specs) => Some((selector, *specs)),
                _ => None,
            });
        let lists: Vec<(usize, &[String])> = lists.collect();
        let specs: BTreeSet<&str> =
            lists.iter().flat_map(|(_, specs)| *specs).map(String::as_str).collect();
        for path in paths(&specs, self.work)? {
            self.work.spend(specs.len())?;
            let is_in =
                |specs: &[String]| specs.iter().any(|spec| matches_path(spec, path.example()));
            let mut taken_by = self.those(|wanted| *wanted == Wanted::Anything);
            lists.iter().filter(|(_, specs)| is_in(specs)).for_each(|(at, _)| taken_by.insert(*at));
            self.keyed.push(Keyed { value: Target::Path(path), taken_by, kind: shapes.of_paths() });
        }
        Ok(())
    }

    fn those(&self, is_one: impl Fn(&Wanted<'_>) -> bool) -> Bits {
        (0..self.selectors.len()).filter(|at| is_one(&self.selectors[*at])).collect()
    }

    fn resources(&mut self, version: Version, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let entries = Entries::new(self.selectors, version);
        let open = self.those(|wanted| matches!(wanted, Wanted::Anything | Wanted::AnyResource));
        for group in entries.groups() {
            for resource in entries.resources(&group) {
                for subresource in entries.subresources(&group, &resource, shapes) {
                    let names = entries.names(&group, &resource, &subresource, open.clone());
                    for (name, taken_by) in names.with_namespaces(&resource, shapes) {
                        self.work.spend(taken_by.width() + 16)?;
                        let (group, resource) = (group.clone(), resource.clone());
                        let subresource = subresource.clone();
                        let named = Named { group, resource, subresource, name };
                        if let Some(kind) = shapes.of(&named) {
                            let value = Target::Resource(named);
                            self.keyed.push(Keyed { value, taken_by, kind });
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
