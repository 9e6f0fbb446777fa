//! Tests of `conditions`.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

const GROUPS: usize = 4;

/// Which of the sixteen sets of four groups fulfil a condition.
fn table(conditions: &Conditions, of: GroupCondition) -> u16 {
    let holds = |set: u16| {
        let mut at = of;
        while let Some(node) = conditions.get(at) {
            at = if set >> node.group & 1 == 1 { node.with } else { node.without };
        }
        at == ALWAYS
    };
    (0..16).filter(|set| holds(*set)).fold(0, |table, set| table | 1 << set)
}

fn condition(conditions: &mut Conditions, table: u16) -> GroupCondition {
    (0..16).filter(|set| table >> set & 1 == 1).fold(NEVER, |sum, set: u16| {
        let always = (0..GROUPS).filter(|group| set >> group & 1 == 1).collect();
        let carried = UserGroups { always, sometimes: Bits::default() };
        let point = conditions.of_kind(&carried, GROUPS).unwrap();
        conditions.or(sum, point).unwrap()
    })
}

fn table_of_cubes(cubes: &[Cube]) -> u16 {
    let fulfils = |set: u16, cube: &Cube| {
        cube.with.iter().all(|group| set >> group & 1 == 1)
            && cube.without.iter().all(|group| set >> group & 1 == 0)
    };
    let holds = |set: &u16| cubes.iter().any(|cube| fulfils(*set, cube));
    (0..16).filter(holds).fold(0, |table, set| table | 1 << set)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn conditions_are_truth_tables(one: u16, two: u16) {
        let mut all = Conditions::new(GROUPS).unwrap();
        let (a, b) = (condition(&mut all, one), condition(&mut all, two));
        let (and, or) = (all.and(a, b).unwrap(), all.or(a, b).unwrap());
        let minus = all.minus(a, b).unwrap();
        assert_eq!(table(&all, and), one & two);
        assert_eq!(table(&all, or), one | two);
        assert_eq!(table(&all, minus), one & !two);
        assert_eq!(a == b, one == two);
        let example = all.example(a).map(|set| set.iter().fold(0, |set, group| set | 1 << group));
        assert_eq!(example.is_some(), one != 0);
        assert!(example.is_none_or(|set: u16| one >> set & 1 == 1));
    }

    #[test]
    fn cubes_hold_where_they_must_and_nowhere_else(must: u16, may: u16) {
        let mut all = Conditions::new(GROUPS).unwrap();
        let (from, to) = (condition(&mut all, must), condition(&mut all, must | may));
        let cubes = all.cubes(from, to).unwrap();
        let covered = table_of_cubes(&cubes);
        assert_eq!((must & !covered, covered & !(must | may)), (0, 0));
        for superfluous in 0..cubes.len() {
            let mut fewer = cubes.clone();
            fewer.remove(superfluous);
            assert_ne!(must & !table_of_cubes(&fewer), 0, "{cubes:?}");
        }
    }
}
