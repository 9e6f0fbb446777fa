//! Classes of the requests that two rankings decide differently.

use super::class::Class;
use super::decisions::ComparedDecision;
use super::describe::Describer;
use super::group_sets::GroupSets;
use super::observe::parts;
use super::point::Point;
use super::product::{Product, merge};
use super::ranking::Ranking;
use super::shape::NamespaceScope;
use super::space::Space;
use super::walk::Walk;
use super::witness::strangeness;
use super::work_budget::{TooMuch, WorkBudget};

/// Requests that are decided differently in one way.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) class: Class,
    /// One of the requests.
    pub(super) example: Point,
}

/// The regions of a question.
#[derive(Debug)]
pub(super) enum Regions {
    All(Vec<Region>),
    /// It would take too much work to find all; some that were found.
    Some(Vec<Region>),
}

/// Of an answer that is not whole nobody reads more than the first.
const MOST_OF_SOME: usize = 20;

/// Returns the requests that two rankings decide differently, in as few classes as merging finds.
pub(super) fn regions(
    space: &Space,
    rankings: &[Ranking; 2],
    work: &mut WorkBudget,
) -> Result<Regions, TooMuch> {
    regions_of(space, rankings, None, work)
}

/// Returns the regions as [`regions`] does; with the decisions by their numbers, only the requests
/// of which the events show a difference.
pub(super) fn regions_of(
    space: &Space,
    rankings: &[Ranking; 2],
    observed: Option<&[ComparedDecision]>,
    work: &mut WorkBudget,
) -> Result<Regions, TooMuch> {
    let rules = rankings.iter().flat_map(|ranking| &ranking.rules);
    let count = rules.map(|(rule, _)| rule + 1).max().unwrap_or(0);
    let mut walk = Walk::new(space, count)?;
    let describer = Describer::new(space);
    let mut found = vec![];
    let all = walk.walk(rankings, &mut found, work).and_then(|()| {
        if let Some(essences) = observed {
            found = shown(space, &mut walk.group_sets, &found, essences)?;
        }
        let merged = merge(found.clone(), space, &mut walk.group_sets, work)?;
        let mut group_sets = |product: &Product| {
            work.spend(describer.cost())?;
            region(space, &describer, &mut walk.group_sets, product)
        };
        merged.iter().map(&mut group_sets).collect()
    });
    if let Ok(regions) = all {
        return Ok(Regions::All(regions));
    }
    found.truncate(MOST_OF_SOME);
    let some = found.iter().map(|product| region(space, &describer, &mut walk.group_sets, product));
    some.collect::<Result<_, _>>().map(Regions::Some)
}

/// Leaves of every product the parts in which its decisions differ in what the log shows.
fn shown(
    space: &Space,
    group_sets: &mut GroupSets,
    products: &[Product],
    essences: &[ComparedDecision],
) -> Result<Vec<Product>, TooMuch> {
    let mut all = vec![];
    for product in products {
        all.extend(parts(
            space,
            group_sets,
            product,
            product.pair.map(|number| &essences[number]),
        )?);
    }
    Ok(all)
}

fn region(
    space: &Space,
    describer: &Describer<'_>,
    group_sets: &mut GroupSets,
    product: &Product,
) -> Result<Region, TooMuch> {
    let class = describer.class(group_sets, product)?;
    Ok(Region { class, example: example(space, group_sets, product)? })
}

/// Returns the most natural request of a product, which has one.
fn example(space: &Space, group_sets: &mut GroupSets, product: &Product) -> Result<Point, TooMuch> {
    let of_target = |target: usize| space.targets.atoms[target].iter().map(strangeness).min();
    let mut targets: Vec<usize> = product.targets.iter().collect();
    targets.sort_by_cached_key(|target| of_target(*target));
    let mut namespaces: Vec<usize> = product.namespaces.iter().collect();
    namespaces.sort_by_key(|namespace| {
        space.namespaces.kinds[*namespace].scope == NamespaceScope::Outside
    });
    let [mut target, mut namespace, mut verb] = [0; 3];
    'found: for at in targets {
        for within in &namespaces {
            let shape = &space.targets.kinds[at];
            if let Some(first) = space.possible(shape, *within).and(product.verbs).iter().next() {
                (target, namespace, verb) = (at, *within, first);
                break 'found;
            }
        }
    }
    let people = group_sets.people(product.group_set).clone();
    let user = people.users.lowest().unwrap_or_default();
    let groups = group_sets.conditions.and(group_sets.possible[user], people.groups)?;
    let groups = group_sets.conditions.example(groups).unwrap_or_default();
    Ok(Point { target, namespace, verb, user, groups })
}
