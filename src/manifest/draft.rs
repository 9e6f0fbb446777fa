//! A manifest while it is edited: every step made twice, and compared at the end.

use serde_json::Value;

use audit_policy::finding::Place;

use super::check::field_of;
use super::document::Manifest;
use super::reading::{DecodedPod, PodParts};
use super::refusal::{ManifestRefusal, RefusalReason};
use super::source::PodSource;
use goyaml::patch::{Model, PatchStep, splice};

/// A Pod shows its indentation in `spec` and in its list of containers.
const POD: Model<'_> = Model { mapping: "/spec", list: "/spec/containers" };

/// A text under edit, and the value that it must have in the end.
#[derive(Debug)]
pub(super) struct ManifestDraft<'a> {
    before: &'a Manifest,
    decoded: DecodedPod,
    touched: Vec<String>,
}

impl<'a> ManifestDraft<'a> {
    /// Begins to edit `before`.
    pub(super) fn of(before: &'a Manifest) -> Self {
        Self { before, decoded: before.decoded.clone(), touched: vec![] }
    }

    /// Returns the Pod as it is now.
    pub(super) fn source(&self) -> PodSource<'_> {
        self.decoded.source()
    }

    /// Returns the parts of the Pod as it is now.
    pub(super) fn parts(&self) -> Result<PodParts, ManifestRefusal> {
        PodParts::of(self.source())
    }

    /// Makes one step in the text and in the value.
    pub(super) fn make(&mut self, step: &PatchStep) -> Result<(), ManifestRefusal> {
        let path = step.path();
        let unsafe_layout = || layout(path, self.decoded.source().place(path));
        let text =
            splice(&self.decoded.text, &self.decoded.root, step, POD).ok_or_else(unsafe_layout)?;
        let documents = goyaml::parse(&text).map_err(|_| unsafe_layout())?;
        let mut documents = documents.into_iter();
        let root = documents.next().ok_or_else(unsafe_layout)?.root;
        let mut value = self.decoded.value.clone();
        step.make(&mut value).ok_or_else(unsafe_layout)?;
        self.touched.push(path.to_owned());
        self.decoded = DecodedPod { text, root, others: documents.collect(), value };
        Ok(())
    }

    /// Returns the edited manifest if its text means what the steps mean, in every document, and
    /// the kubelet would run it.
    pub(super) fn finish(self) -> Result<Manifest, ManifestRefusal> {
        let path = self.touched.last().map_or("", String::as_str);
        let unsafe_layout = || layout(path, self.before.source().place(path));
        let after = Manifest::parse_for_rescue(self.decoded.text.as_bytes())
            .map_err(|_| unsafe_layout())?;
        let meant = self.without_empty(&self.decoded.value);
        let written = self.without_empty(&after.decoded.value);
        if meant != written || !self.keeps_others(&after) {
            return Err(unsafe_layout());
        }
        after.checked()
    }

    /// Returns the value with null for every touched collection that is empty: block style cannot
    /// write an empty one, and for the kubelet it is the same.
    fn without_empty(&self, value: &Value) -> Value {
        let mut value = value.clone();
        for path in &self.touched {
            let Some(collection) = value.pointer_mut(path) else { continue };
            let is_empty = match collection {
                Value::Array(items) => items.is_empty(),
                Value::Object(entries) => entries.is_empty(),
                _ => false,
            };
            if is_empty {
                *collection = Value::Null;
            }
        }
        value
    }

    /// Returns whether the documents after the Pod are the same texts.
    fn keeps_others(&self, after: &Manifest) -> bool {
        let texts = |it: &DecodedPod| -> Vec<String> {
            let spans = it.others.iter().map(|document| document.root.span.range());
            spans.map(|range| it.text[range].to_owned()).collect()
        };
        texts(&self.before.decoded) == texts(&after.decoded)
    }
}

fn layout(path: &str, place: Place) -> ManifestRefusal {
    ManifestRefusal::new(RefusalReason::Layout { path: field_of(path) }, place)
}
