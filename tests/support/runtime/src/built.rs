use std::path::{Path, PathBuf};

/// The project's top folder.
///
/// # Panics
///
/// Never: this crate lies three folders below it.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).expect("this crate lies three folders below")
}

/// The folder that `sam build` fills: the built template, and a folder for each function.
#[must_use]
pub fn built() -> PathBuf {
    root().join(".aws-sam/build")
}

/// The program that `sam build` made of the crate `function`.
#[must_use]
pub fn bootstrap(function: &str) -> PathBuf {
    built().join(resource(function)).join("bootstrap")
}

/// The name of a function's resource in the template: its crate's name in Pascal case.
#[must_use]
pub fn resource(function: &str) -> String {
    let capitalised = |word: &str| word.split_at(1).0.to_uppercase() + word.split_at(1).1;
    function.split('-').map(capitalised).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_function_is_a_resource_of_the_template() {
        let template = fs::read_to_string(root().join("template.yaml")).unwrap();
        let mut names = Vec::new();
        for entry in fs::read_dir(root().join("functions")).unwrap() {
            let name = resource(entry.unwrap().file_name().to_str().unwrap());
            assert!(template.contains(&format!("\n  {name}:\n    Type: AWS::Serverless::Function\n")), "{name}");
            names.push(name);
        }
        assert!(names.contains(&"PreSignUp".to_owned()), "{names:?}");
    }
}
