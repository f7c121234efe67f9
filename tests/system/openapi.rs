//! `docs/openapi.yaml` is what generated clients and testers read: schemathesis finds no answer that is not described, and
//! clients that are made of it work. Each person does it in their own home.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::stack::{Person, api, object, put, root, state};

/// The seeds of both runs, with which a failure can be repeated: `SCHEMATHESIS_SEEDS="20785 1020785"`.
const SEEDS: &str = "SCHEMATHESIS_SEEDS";

/// The boundaries of every parameter and member. They do not depend on the seed, so one run has them, in two parts that go
/// on at the same time: most of a request's time is the local AWS's waiting.
const COVERAGE: [&str; 2] = ["^/objects/", "^(?!/objects/)"];

fn document() -> PathBuf {
    root().join("docs/openapi.yaml")
}

fn folder() -> PathBuf {
    root().join("tests/openapi")
}

/// A folder for what a program makes.
fn made(name: &str) -> PathBuf {
    let folder = state().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A program that works for `person`. The token is neither in its arguments nor, if it fails, in what is shown.
fn command(program: &Path, person: &Person) -> Command {
    let mut command = Command::new(program);
    command.env("API_URL", api("")).env("ID_TOKEN", &person.id_token).env("PYTHONDONTWRITEBYTECODE", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What it says, if it succeeds.
fn said(child: Child, what: &str, person: &Person) -> String {
    let output = child.wait_with_output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).unwrap().replace(&person.id_token, "$ID_TOKEN"));
    assert!(output.status.success(), "{what}\n{stdout}\n{stderr}");
    stdout
}

/// Those of the day, unless the environment names others.
#[expect(clippy::disallowed_methods, reason = "another day tries other requests")]
fn seeds() -> [u64; 2] {
    let day = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / (24 * 60 * 60);
    let Some(given) = env::var_os(SEEDS) else { return [day, day + 1_000_000] };
    let given: Vec<u64> = given.to_str().unwrap().split(' ').map(|seed| seed.parse().unwrap()).collect();
    given.try_into().unwrap()
}

#[test]
#[expect(clippy::print_stdout, reason = "a failure is repeated with the seeds")]
fn no_answer_is_other_than_described() {
    let person = Person::new("ottilie");
    let (keys, home) = person.keys_and_home();
    put(&keys, &format!("{home}source.txt")).unwrap();
    let (seeds, empty) = (seeds(), made("schemathesis"));
    println!("{SEEDS}=\"{} {}\"", seeds[0], seeds[1]);
    let run = |seed: u64, phases: &str, paths: &str| {
        let mut command = command(&root().join(".venv/openapi/bin/schemathesis"), &person);
        command.arg("--config-file").arg(folder().join("schemathesis.toml")).arg("run").arg(document());
        command.current_dir(&empty).env("PYTHONPATH", folder());
        command.args(["--no-color", "--seed", &seed.to_string(), "--phases", phases, "--include-path-regex", paths]);
        (format!("schemathesis {seed} {phases} {paths}"), command.spawn().unwrap())
    };
    let random = seeds.map(|seed| run(seed, "examples,fuzzing,stateful", ""));
    let coverage = COVERAGE.map(|paths| run(seeds[0], "coverage", paths));
    for (what, run) in random.into_iter().chain(coverage) {
        let report = said(run, &what, &person);
        assert!(report.contains(" passed"), "{what} tried nothing: {report}");
    }
}

/// What both clients say that they did, before what only one of them is made to try.
const DONE: &str = "\
stored 200
listed to Ada.txt 12
read Hello, Ada!
deleted 204
refused access_denied
refused Unauthorized
";

#[test]
fn a_client_of_openapi_typescript_compiles_and_works() {
    let person = Person::new("tycho");
    let made = made("openapi-typescript");
    let installed = folder().join("node_modules");
    assert!(installed.exists(), "there is no {}: make system installs it", installed.display());
    symlink(&installed, made.join("node_modules")).unwrap();
    fs::copy(folder().join("client.ts"), made.join("client.ts")).unwrap();
    // What node takes for a module.
    fs::copy(folder().join("package.json"), made.join("package.json")).unwrap();
    let run = |program: &Path, arguments: &[&str]| {
        let child = command(program, &person).args(arguments).current_dir(&made).spawn().unwrap();
        said(child, arguments[0], &person)
    };
    let tool = |name: &str| installed.join(".bin").join(name);
    run(&tool("openapi-typescript"), &[document().to_str().unwrap(), "--output", "api.d.ts"]);
    let strictly = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];
    run(&tool("tsc"), &[&["client.ts"], &strictly[..]].concat());
    let digits = "refused size must be a whole number from 0 to 53687091200000.\n";
    assert_eq!(run(Path::new("node"), &["client.js"]), format!("{DONE}{digits}"));
}

#[test]
fn a_client_of_openapi_python_client_works() {
    let person = Person::new("pythia");
    let made = made("openapi-python-client");
    let tools = root().join(".venv/openapi/bin");
    let package = made.join("latchkey_client");
    let child = command(&tools.join("openapi-python-client"), &person)
        .args(["generate", "--meta", "none", "--fail-on-warning"])
        .args([Path::new("--path"), &document(), Path::new("--output-path"), &package])
        .args([Path::new("--config"), &folder().join("python-client.yaml")])
        .spawn();
    said(child.unwrap(), "openapi-python-client", &person);
    let client =
        command(&tools.join("python"), &person).arg(folder().join("client.py")).env("PYTHONPATH", &made).spawn();
    assert_eq!(said(client.unwrap(), "client.py", &person), DONE);
    // Without its key, /objects/- would be an object of that name.
    let nameless = object(&person.id_token, "GET", "-", "");
    assert_eq!((nameless.status, nameless.text("message")), (400, "key is missing."));
}
