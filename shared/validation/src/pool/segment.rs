/// Whether `text` can be one segment of a key that a policy names as well: 1 to 64 bytes, not `.` or `..`, without a
/// slash, a control character, or a character that means something else in a policy.
pub(crate) fn is_segment(text: &str) -> bool {
    let is_odd = |c: char| matches!(c, '/' | '*' | '?' | '$') || c.is_control();
    (1..=64).contains(&text.len()) && !matches!(text, "." | "..") && !text.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_on_either_side_of_each_boundary() {
        let long = "a".repeat(65);
        let cases = [
            ("12345678-1234-1234-1234-123456789abc", true),
            ("a", true),
            (&long[1..], true),
            ("...", true),
            ("a b~{}", true),
            ("ä", true),
            ("", false),
            (".", false),
            ("..", false),
            ("a/b", false),
            ("/", false),
            ("a*", false),
            ("?", false),
            ("${x}", false),
            ("a\nb", false),
            ("a\0", false),
            (&long, false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_segment(text), expected, "{text:?}");
        }
    }
}
