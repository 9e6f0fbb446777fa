//! Items are added to lists of every form, and each old line stays as it is, its comment on it, but
//! for the one that gets a comma.

use goyaml::patch::{Fragment, Model, PatchStep, splice};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// What is added: a word that no list has.
const NEW: &str = "--new=1";
const MODEL: Model<'_> = Model { mapping: "/spec", list: "/spec/args" };

/// A text with a list, and how many items that has.
#[derive(Debug, Clone)]
struct ListText {
    text: String,
    items: usize,
    is_flow: bool,
}

/// An item as it is written, what is between it and its comment, and what is above it.
type Item = (&'static str, &'static str, &'static str);

fn item() -> impl Strategy<Value = Item> {
    let word = prop::sample::select(vec!["--a=b", "'--c'", "\"--d\"", "e f", "\"#g\"", "é"]);
    let beside = prop::sample::select(vec!["", "", " #", "  #", "\t#"]);
    let above = prop::sample::select(vec!["", "", "", "# own line", " "]);
    (word, beside, above)
}

fn numbered(comment: &str, number: usize) -> String {
    if comment.is_empty() { String::new() } else { format!("{comment} c{number}") }
}

fn block(items: &[Item], indent: usize) -> String {
    let mut text = "\n".to_owned();
    for (number, (word, beside, above)) in items.iter().enumerate() {
        let blanks = " ".repeat(indent);
        match above.trim() {
            "" if above.is_empty() => {}
            "" => text.push('\n'),
            comment => text.push_str(&format!("{blanks}{comment} o{number}\n")),
        }
        text.push_str(&format!("{blanks}- {word}{}\n", numbered(beside, number)));
    }
    text
}

/// A list in brackets over several lines. Commas are behind the items, before the comments.
fn flow(items: &[Item], closed_below: bool, trailing: bool) -> String {
    let mut text = " [\n".to_owned();
    for (number, (word, beside, above)) in items.iter().enumerate() {
        let is_last = number + 1 == items.len();
        if !above.trim().is_empty() {
            text.push_str(&format!("    {above} o{number}\n"));
        }
        let comma = if is_last && !trailing { "" } else { "," };
        text.push_str(&format!("    {word}{comma}{}", numbered(beside, number)));
        let ends_with_comment = !beside.is_empty();
        text.push_str(if is_last && !closed_below && !ends_with_comment { " ]\n" } else { "\n" });
        if is_last && (closed_below || ends_with_comment) {
            text.push_str("  ]\n");
        }
    }
    text
}

fn one_line(items: &[Item]) -> String {
    let words: Vec<&str> = items.iter().map(|item| item.0).collect();
    format!(" [{}]  # beside\n", words.join(", "))
}

fn list_text() -> impl Strategy<Value = ListText> {
    let items = prop::collection::vec(item(), 1..5);
    (items, 0..6_usize, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(items, form, closed_below, trailing, has_crlf, has_last_line)| {
            let list = match form {
                0 => block(&items, 2),
                1 => block(&items, 4),
                2 | 3 => flow(&items, closed_below, trailing),
                _ => one_line(&items),
            };
            let after = if has_last_line { "  after: x # end\n" } else { "" };
            let mut text = format!("# head\nspec: # s\n  before: y\n  args:{list}{after}");
            if has_crlf {
                text = text.replace('\n', "\r\n");
            }
            if closed_below {
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
            }
            ListText { text, items: items.len(), is_flow: form > 1 }
        },
    )
}

/// What is left of a line without what was added, commas and blanks.
fn without_commas(text: &str) -> String {
    let text = [format!("'{NEW}'"), format!("\"{NEW}\""), NEW.to_owned()]
        .iter()
        .fold(text.to_owned(), |text, new| text.replace(new, ""));
    text.replace([',', ' ', '\t'], "")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn an_added_item_leaves_every_line_and_its_comment_where_they_were(list in list_text()) {
        let ListText { text, items, is_flow } = list;
        let root = &goyaml::parse(&text).unwrap()[0].root;
        for at in 1..=items {
            let item = Fragment::Text(NEW.to_owned());
            let step = PatchStep::Insert { list: "/spec/args".into(), at, item };
            let after = splice(&text, root, &step, MODEL);
            let after = after.ok_or_else(|| TestCaseError::fail(format!("{at}: {text}")))?;
            let shown = format!("{at}\n{text}\n-----\n{after}");
            let mut meant = goyaml::decode(&text).unwrap();
            step.make(&mut meant).unwrap();
            prop_assert_eq!(goyaml::decode(&after).unwrap(), meant, "{}", shown);
            prop_assert_eq!(after.contains("\r\n"), text.contains("\r\n"), "{}", shown);
            prop_assert_eq!(after.ends_with('\n'), text.ends_with('\n'), "{}", shown);
            let lines: Vec<&str> = after.lines().collect();
            let gone = text.lines().filter(|line| !lines.contains(line)).count();
            prop_assert!(gone <= usize::from(is_flow), "{} lines changed: {}", gone, shown);
            for line in text.lines() {
                let (content, comment) = match line.rfind('#') {
                    Some(mark) if !line.ends_with(['"', ',', ']']) => line.split_at(mark),
                    _ => continue,
                };
                let own = lines.iter().find(|line| line.ends_with(comment)).unwrap();
                let own = without_commas(own.strip_suffix(comment).unwrap());
                prop_assert_eq!(own, without_commas(content), "{}", shown);
            }
        }
    }
}
