/// What a sign-up is decided by. Both fields are what the person, or their application, claims.
#[derive(Clone, Default)]
pub struct SignUp {
    /// The `email` attribute.
    pub email: Field,
    /// The invite code.
    pub invite_code: Field,
}

/// A field of the request, as it was filled in. It may hold an address or a code, so it has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Field {
    /// Absent, `null`, or an empty text.
    #[default]
    Empty,
    /// A text. [`Field::text`] makes it, so that it is never empty.
    Text(String),
    /// A number, a list or the like. Cognito sends none of these, and they must not pass for absence.
    NotText,
}

impl Field {
    /// The field that holds `text`: [`Field::Empty`] when there is nothing in it.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Whether nothing was filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_an_empty_field() {
        assert!(Field::text("").is_empty() && Field::default().is_empty());
        assert!(!Field::text(" ").is_empty() && !Field::NotText.is_empty());
    }
}
