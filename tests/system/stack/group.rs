use super::{Keys, Stack, aws_at, made};

/// Makes a group of the user pool with a role of its name, which people get keys of, and with further options.
///
/// Without `keeps_files`, the role lacks the template's policy for people.
pub(crate) fn make_group(stack: &Stack, name: &str, options: &[&str], keeps_files: bool) {
    // The local AWS does not look at the trust.
    let nobody = ["--assume-role-policy-document", r#"{"Version":"2012-10-17","Statement":[]}"#];
    let create = ["iam", "create-role", "--role-name", name, "--query", "Role.Arn"];
    let arn = made(stack, &[&create[..], &nobody].concat());
    if keeps_files {
        let policy = ["--policy-arn", stack.output("PersonPolicyArn")];
        let attach = ["iam", "attach-role-policy", "--role-name", name];
        aws_at(stack, &Keys::admin(), &[&attach[..], &policy].concat()).unwrap();
    }
    let group = ["--user-pool-id", stack.text("user_pool_id"), "--group-name", name, "--role-arn", &arn];
    aws_at(stack, &Keys::admin(), &[&["cognito-idp", "create-group"], &group[..], options].concat()).unwrap();
}
