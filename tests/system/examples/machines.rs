//! What works without anybody at the keyboard: a build, and what reads profiles.

use std::{env, fs, process::Command};

use super::deployed::{DEPLOYED, run};
use crate::{
    command_line::machine::Machine,
    stack::{Person, root},
};

#[test]
fn a_build_publishes_without_a_browser() {
    let deployed = &*DEPLOYED;
    let files = fs::canonicalize(env!("CARGO_TARGET_TMPDIR")).unwrap().join("examples/build");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("built.txt"), "Built!\n").unwrap();
    // The line of the workflow, where its files are here, with the variables that it sets.
    let workflow = fs::read_to_string(root().join("examples/ci/publish.yml")).unwrap();
    let line = workflow.lines().find_map(|line| line.trim().strip_prefix("- run: sh ")).unwrap();
    let line = line.replace(".github/workflows", "examples/ci").replace(" build", &format!(" {}", files.display()));
    let [client, secret] = &deployed.machine;
    let api = deployed.stack.text("api_url");
    let variables = [("API_URL", api), ("MACHINE_CLIENT_ID", client), ("MACHINE_REFRESH_TOKEN", secret)];
    for (name, _) in variables {
        assert!(workflow.contains(&format!("          {name}: ${{{{ ")), "the workflow sets no {name}");
    }
    // Each build uses the same secret.
    for round in 0..2 {
        let said = run(deployed.command("sh", &["-c", &format!("sh {line}")]).envs(variables));
        assert!(said.trim_end().ends_with("/published/built.txt") && !said.contains("eyJ"), "{round}: {said}");
    }

    // The secret opens what the machine has, and only with its own app client.
    let other = ("MACHINE_CLIENT_ID", deployed.stack.text("client_id"));
    let refused =
        deployed.command("sh", &["-c", &format!("sh {line}")]).envs(variables).envs([other]).output().unwrap();
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("NotAuthorizedException"), "{refused:?}");
}

#[test]
fn terraform_keeps_its_state_in_a_home_with_a_profile_of_the_command_line() {
    let on_path = env::var_os("PATH").unwrap();
    if !env::split_paths(&on_path).any(|folder| folder.join("terraform").exists()) {
        eprintln!("SKIPPED: terraform is not on the PATH, and no package registry has it");
        return;
    }
    let deployed = &*DEPLOYED;
    let machine = Machine::of(&deployed.stack, Person::new_at(&deployed.stack, "edwin"));
    machine.log_in();
    assert_eq!(machine.run(&["configure"]).status, 0);
    let who = machine.run(&["whoami", "--json"]).json();
    let (bucket, home) = (who["bucket"].as_str().unwrap(), who["home"].as_str().unwrap().trim_end_matches('/'));

    let folder = machine.folder.join("terraform");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(root().join("examples/terraform/main.tf"), folder.join("main.tf")).unwrap();
    let terraform = |arguments: &[&str]| {
        let mut command = Command::new("terraform");
        command.arg(format!("-chdir={}", folder.display())).args(arguments).arg("-no-color");
        // It asks nobody whether there is a newer one.
        command.env_clear().envs(machine.variables()).env("CHECKPOINT_DISABLE", "1").env("PATH", &on_path);
        run(&mut command)
    };
    let places = ["bucket=BUCKET", "key=HOME/terraform.tfstate", "workspace_key_prefix=HOME/workspaces"];
    let shown = fs::read_to_string(folder.join("main.tf")).unwrap();
    let options = places.map(|place| {
        assert!(shown.contains(&format!("-backend-config={place}")), "{place}");
        format!("-backend-config={}", place.replace("BUCKET", bucket).replace("HOME", home))
    });
    terraform(&[&["init", "-input=false"][..], &options.each_ref().map(String::as_str)].concat());
    terraform(&["apply", "-auto-approve", "-input=false"]);
    assert_eq!(terraform(&["output"]), "greeting = \"Hello from Terraform!\"\n");
    terraform(&["workspace", "new", "second"]);
    let listed = machine.run(&["ls", "--recursive"]);
    assert!(listed.out.contains("terraform.tfstate") && listed.out.contains("workspaces/second/"), "{listed:?}");
}
