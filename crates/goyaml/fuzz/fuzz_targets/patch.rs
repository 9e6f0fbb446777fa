//! Any text and any step: no panic. An editor reads the result again and refuses one that does not mean the
//! edited value, so that nothing else is a fault here.
#![no_main]

use goyaml::patch::{Fragment, Model, PatchStep, splice};
use libfuzzer_sys::fuzz_target;

const MODEL: Model<'_> = Model { mapping: "/spec", list: "/spec/list" };

fuzz_target!(|input: (&str, u8, u8, &str)| {
    let (text, kind, at, word) = input;
    let Ok(documents) = goyaml::parse(text) else { return };
    let ([document], Ok(mut value)) = (documents.as_slice(), goyaml::decode(text)) else { return };
    let (list, at) = ("/spec/list".to_owned(), usize::from(at));
    let step = match kind % 5 {
        0 => PatchStep::Insert { list, at, item: Fragment::Text(word.to_owned()) },
        1 => PatchStep::Replace { list, at, text: word.to_owned() },
        2 => PatchStep::Remove { list, at },
        3 => PatchStep::Set { mapping: "/spec/map".to_owned(), key: "key".to_owned(), value: word.to_owned() },
        _ => PatchStep::Unset { mapping: "/spec/map".to_owned(), key: "key".to_owned() },
    };
    if step.make(&mut value).is_none() {
        return;
    }
    let Some(edited) = splice(text, &document.root, &step, MODEL) else { return };
    let _ = goyaml::decode(&edited);
});
