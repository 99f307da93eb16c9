//! Histories against a model: the samples in a map.

mod model;
