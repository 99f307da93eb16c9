//! Values of properties: typed for callbacks, encoded once for clients.

use std::{
    any::Any,
    sync::{Arc, OnceLock},
};

use serde::de::Error as _;

use crate::prop::PropValue;

/// One value of a property: the typed Rust value that callbacks read, and its JSON text, which is made once for all
/// clients. A clone only counts references.
#[derive(Clone)]
pub struct Value {
    typed: Arc<dyn Any + Send + Sync>,
    json: Arc<OnceLock<Box<str>>>,
    /// Encodes the result of an edit when a client needs its text. Clients that are up to date do not need it.
    encode: fn(&(dyn Any + Send + Sync)) -> Result<String, EncodeError>,
}

impl Value {
    /// Encodes `value`.
    ///
    /// # Errors
    /// If serde cannot write it as JSON: a map whose keys are not strings, or a `Serialize` that returns an error.
    pub fn new<T: PropValue>(value: T) -> Result<Self, EncodeError> {
        let json = encode::<T>(&value)?;
        Ok(Self { json: Arc::new(OnceLock::from(json.into_boxed_str())), ..Self::lazy(value) })
    }

    /// Encodes `value` when its text is needed. Only for a value whose parts have been encoded before, so that encoding
    /// cannot fail.
    pub(crate) fn lazy<T: PropValue>(value: T) -> Self {
        Self { typed: Arc::new(value), json: Arc::default(), encode: encode::<T> }
    }

    /// Decodes a client's text as a `T`, and encodes it again, so that other clients never get a client's own text.
    pub(crate) fn decode<T: PropValue>(json: &str) -> Result<Self, serde_json::Error> {
        let value: T = serde_json::from_str(json)?;
        Self::new(value).map_err(|error| serde_json::Error::custom(error.0))
    }

    /// A value that is only written down, as this JSON.
    pub(crate) fn of_json(json: String) -> Self {
        let encode = |_: &(dyn Any + Send + Sync)| Err(EncodeError("only its text is known".to_owned()));
        Self { typed: Arc::new(()), json: Arc::new(OnceLock::from(json.into_boxed_str())), encode }
    }

    /// The typed value, if it is a `T`.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.typed.downcast_ref()
    }

    /// The typed value without a copy, if it is a `T`.
    pub(crate) fn share<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.typed).downcast().ok()
    }

    /// The JSON text.
    pub fn json(&self) -> &str {
        self.json.get_or_init(|| {
            let json = (self.encode)(&*self.typed).unwrap_or_else(|error| {
                tracing::error!("{error}, although its parts can");
                "null".to_owned()
            });
            json.into_boxed_str()
        })
    }

    /// Whether `other` is a clone of this value.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.json, &other.json)
    }
}

fn encode<T: PropValue>(value: &(dyn Any + Send + Sync)) -> Result<String, EncodeError> {
    let Some(value) = value.downcast_ref::<T>() else { return Err(EncodeError("of another type".to_owned())) };
    serde_json::to_string(value).map_err(|error| EncodeError(error.to_string()))
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.json())
    }
}

/// A value that cannot be written as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError(pub(crate) String);

impl std::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the value cannot be written as JSON: {}", self.0)
    }
}

impl std::error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_browser_came_back_one_bit_wrong() {
        for text in ["18.447671395719134", "0.1", "1.7976931348623157e308", "5e-324"] {
            let value = Value::decode::<f64>(text).unwrap();
            assert_eq!(value.get::<f64>(), Some(&text.parse::<f64>().unwrap()), "{text}");
            assert_eq!(value.json().parse::<f64>(), text.parse(), "{text}");
        }
    }
}
