#![doc = include_str!("../README.md")]

pub mod event;
pub mod field;
pub mod filter;
pub mod head;
pub mod lines;
pub mod pattern;
pub mod preset;
pub mod reader;
pub mod rotated;
pub mod scan;
pub mod seek;
pub mod source;
pub mod stats;
pub mod text;
pub mod time;
pub mod unwrap;
