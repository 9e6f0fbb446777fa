//! Maps in which what is absent is empty.

use std::any::Any;
use std::collections::HashMap;

use cel::ExecutionError;
use cel::common::traits::{Container, Indexer, Iterable, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, Type,
};
use cel::common::value::{CowVal, StaticVal, Val};
use serde_json::Value;

/// What a map says of a key that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingKey {
    /// An empty text.
    Text,
    /// An empty map, so that a path may go on.
    Map,
    /// That it does not have it, for `has()`.
    Absent,
}

/// A map of an event.
#[derive(Debug, Clone)]
pub(super) struct Members {
    known: CelMap<'static>,
    absent: MissingKey,
}

type Member = (String, Box<dyn Val>);

impl Members {
    pub(super) fn new(members: impl Iterator<Item = Member>, absent: MissingKey) -> Self {
        let known: HashMap<CelMapKey<'static>, Box<dyn Val>> =
            members.map(|(name, value)| (CelMapKey::from(name), value)).collect();
        Self { known: CelMap::from(known), absent }
    }

    fn absent(&self, error: ExecutionError) -> Result<Box<dyn Val>, ExecutionError> {
        match (self.absent, error) {
            (MissingKey::Text, ExecutionError::NoSuchKey(_)) => {
                Ok(Box::new(CelString::from(String::new())))
            }
            (MissingKey::Map, ExecutionError::NoSuchKey(_)) => {
                Ok(Box::new(Self::new(std::iter::empty(), MissingKey::Map)))
            }
            (_, error) => Err(error),
        }
    }
}

/// Returns a body as a value of CEL.
pub(super) fn value(json: Value, absent: MissingKey) -> Box<dyn Val> {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(value)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Box::new(CelInt::from(number)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(text) => Box::new(CelString::from(text)),
        Value::Array(values) => {
            let values: Vec<Box<dyn Val>> =
                values.into_iter().map(|one| value(one, absent)).collect();
            Box::new(CelList::from(values))
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, one)| (name, value(one, absent)));
            Box::new(Members::new(members, absent))
        }
    }
}

impl Val for Members {
    fn get_type(&self) -> &Type {
        <Self as Val>::cel_type()
    }

    fn cel_type() -> &'static Type {
        &cel::common::types::MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        self.known.as_container()
    }

    fn as_indexer<'b, 'w>(&'b self) -> Option<&'b (dyn Indexer + 'w)>
    where
        Self: 'w,
    {
        Some(self)
    }

    fn into_indexer<'w>(self: Box<Self>) -> Option<Box<dyn Indexer + 'w>>
    where
        Self: 'w,
    {
        Some(self)
    }

    fn as_iterable<'b, 'w>(&'b self) -> Option<&'b (dyn Iterable + 'w)>
    where
        Self: 'w,
    {
        self.known.as_iterable()
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        self.known.as_sizer()
    }

    fn equals(&self, other: &dyn Val) -> bool {
        match other.downcast_ref::<Self>() {
            Some(other) => self.known.equals(&other.known),
            None => self.known.equals(other),
        }
    }

    fn clone_as_boxed<'w>(&self) -> Box<dyn Val + 'w>
    where
        Self: 'w,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Members {}

impl Indexer for Members {
    fn get<'b, 'w>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'w>, ExecutionError>
    where
        Self: 'w,
    {
        match Indexer::get(&self.known, key) {
            Ok(value) => Ok(value),
            Err(error) => self.absent(error).map(CowVal::Owned),
        }
    }

    fn steal<'w>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'w>, ExecutionError>
    where
        Self: 'w,
    {
        let absent = Self { known: CelMap::default(), absent: self.absent };
        match Indexer::steal(Box::new(self.known), key) {
            Ok(value) => Ok(value),
            Err(error) => Ok(absent.absent(error)?),
        }
    }
}
