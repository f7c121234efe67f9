use std::{thread, time::Duration};

use serde_json::{Map, Value, json};

use super::{Keys, Stack, aws_at};

impl Stack {
    /// The same template deployed once more into the same local AWS, as the stack `name` with these NAME=VALUE
    /// parameters.
    pub(crate) fn beside(&self, name: &str, parameters: Vec<String>) -> Self {
        let packaged = self.state.join("packaged.yaml");
        let template = ["--template-file", packaged.to_str().unwrap(), "--stack-name", name];
        // The template is too long to be sent inline.
        let how = ["--capabilities", "CAPABILITY_IAM", "--s3-bucket", "latchkey-artifacts", "--parameter-overrides"];
        let usual = ["AllowPasswordSignIn=true", "DeletionProtection=INACTIVE"];
        let own: Vec<_> = parameters.iter().map(String::as_str).collect();
        let deploy = [&["cloudformation", "deploy"][..], &template, &how, &usual, &own].concat();
        aws_at(self, &Keys::admin(), &deploy).unwrap();
        let query = ["--query", "Stacks[0].Outputs", "--output", "json"];
        let describe = [&["cloudformation", "describe-stacks", "--stack-name", name][..], &query].concat();
        let outputs: Value = aws_at(self, &Keys::admin(), &describe).unwrap().parse().unwrap();
        let output = |key: &str| {
            let found = outputs.as_array().unwrap().iter().find(|output| output["OutputKey"] == key);
            found.unwrap_or_else(|| panic!("{name} has no output {key}"))["OutputValue"].clone()
        };
        let mut record = self.record.clone();
        let api_id = output("HttpApiId");
        let api = format!("{}/_aws/execute-api/{}", self.text("endpoint"), api_id.as_str().unwrap());
        record["stack_name"] = json!(name);
        record["outputs"] = outputs.as_array().unwrap().iter().map(named).collect::<Map<_, _>>().into();
        record["api_url"] = json!(api);
        for (member, key) in [
            ("user_pool_id", "UserPoolId"),
            ("client_id", "UserPoolClientId"),
            ("identity_pool_id", "IdentityPoolId"),
            ("bucket", "BucketName"),
        ] {
            record[member] = output(key);
        }
        Self { record, state: self.state.clone(), parameters }
    }

    /// Deletes it, and waits until it is gone.
    pub(crate) fn delete(&self) {
        let name = ["--stack-name", self.text("stack_name")];
        let ask = |operation| aws_at(self, &Keys::admin(), &[&["cloudformation", operation], &name[..]].concat());
        ask("delete-stack").unwrap();
        while let Ok(found) = ask("describe-stacks") {
            assert!(!found.contains("DELETE_FAILED"), "{found}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// An output as `local/stack.py` records it.
fn named(output: &Value) -> (String, Value) {
    (output["OutputKey"].as_str().unwrap().to_owned(), output["OutputValue"].clone())
}
