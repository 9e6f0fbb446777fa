//! Sets of requests that are products: any of these targets with any of those verbs and so on.

use std::collections::HashMap;

use super::bits::Bits;
use super::group_sets::{GroupSet, GroupSets};
use super::grouped::fuse;
use super::ranking::Pair;
use super::shape::Verbs;
use super::space::Space;
use super::work_budget::{TooMuch, WorkBudget};

/// Every request that is made of these values and can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Product {
    /// What is decided of them.
    pub(super) pair: Pair,
    pub(super) targets: Bits,
    pub(super) namespaces: Bits,
    pub(super) verbs: Verbs,
    pub(super) group_set: GroupSet,
}

/// Unites products until no two of them are a product together.
///
/// Two are, if they differ only in their crowds and the crowds are one, or if they have the same
/// group set and no request can happen that is in their union's dimensions and in neither of them.
/// There is no other way: a request with the target of one and the crowd of the other would be in
/// neither.
pub(super) fn merge(
    products: Vec<Product>,
    space: &Space,
    group_sets: &mut GroupSets,
    work: &mut WorkBudget,
) -> Result<Vec<Product>, TooMuch> {
    let mut products: Vec<Product> =
        products.into_iter().map(|product| needed(space, product)).collect();
    products.retain(|product| !product.targets.is_empty());
    loop {
        let count = products.len();
        products = fuse_alike(
            products,
            |of| (of.pair, of.targets.clone(), of.namespaces.clone(), of.verbs, None),
            work,
            |one, two| {
                let group_set = group_sets.union(one.group_set, two.group_set)?;
                Ok(group_set.map(|group_set| Product { group_set, ..one.clone() }))
            },
        )?;
        products = fuse_alike(
            products,
            |of| (of.pair, Bits::default(), Bits::default(), Verbs::default(), Some(of.group_set)),
            work,
            |one, two| Ok(union(space, one, two)),
        )?;
        if products.len() == count {
            return Ok(products);
        }
    }
}

type ProductKey = (Pair, Bits, Bits, Verbs, Option<GroupSet>);

fn fuse_alike(
    products: Vec<Product>,
    key: impl Fn(&Product) -> ProductKey,
    work: &mut WorkBudget,
    mut union: impl FnMut(&Product, &Product) -> Result<Option<Product>, TooMuch>,
) -> Result<Vec<Product>, TooMuch> {
    let mut alike: Vec<Vec<Product>> = vec![];
    let mut known = HashMap::new();
    for product in products {
        let at = *known.entry(key(&product)).or_insert(alike.len());
        if at == alike.len() {
            alike.push(vec![]);
        }
        alike[at].push(product);
    }
    let mut fused = vec![];
    for products in alike {
        work.spend(products.iter().map(|product| product.targets.width()).sum())?;
        fused.extend(fuse(products, work, &mut union)?);
    }
    Ok(fused)
}

/// Leaves out the values with which no request of the product can happen.
fn needed(space: &Space, product: Product) -> Product {
    let mut needed = Product {
        targets: Bits::default(),
        namespaces: Bits::default(),
        verbs: Verbs::default(),
        ..product
    };
    for (shape, atoms) in &space.shapes {
        let targets = product.targets.and(atoms);
        if targets.is_empty() {
            continue;
        }
        for namespace in product.namespaces.iter() {
            let verbs = space.possible(shape, namespace).and(product.verbs);
            if !verbs.is_empty() {
                needed.targets = needed.targets.or(&targets);
                needed.namespaces.insert(namespace);
                needed.verbs = needed.verbs.or(verbs);
            }
        }
    }
    needed
}

/// Returns both as one, if no other request is in it. They have no request in common.
fn union(space: &Space, one: &Product, two: &Product) -> Option<Product> {
    let both = Product {
        targets: one.targets.or(&two.targets),
        namespaces: one.namespaces.or(&two.namespaces),
        verbs: one.verbs.or(two.verbs),
        ..one.clone()
    };
    (size(space, &both) == size(space, one) + size(space, two)).then_some(both)
}

/// Returns how many combinations of target, namespace and verb can happen.
fn size(space: &Space, product: &Product) -> usize {
    let of_shape = |(shape, atoms): &(_, Bits)| match product.targets.len_of_and(atoms) {
        0 => 0,
        targets => {
            let namespaces = product.namespaces.iter();
            let verbs = namespaces.map(|at| space.possible(shape, at).and(product.verbs).len());
            targets * verbs.sum::<usize>()
        }
    };
    space.shapes.iter().map(of_shape).sum()
}
