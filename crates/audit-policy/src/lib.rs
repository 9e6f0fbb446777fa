#![doc = include_str!("../README.md")]

pub mod analysis;
pub mod api;
pub mod did_you_mean;
pub mod expectations;
pub mod finding;
pub mod lint;
pub mod policy;
pub mod request;
pub mod wrapped;
