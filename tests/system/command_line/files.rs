//! Files, as people copy, list, move, remove and restore them.

use std::{collections::BTreeSet, fs, path::Path, process::Stdio};

use serde_json::Value;

use super::machine::{Ended, Machine};
use crate::stack::{FILES_STACK, Keys, Person, aws, put, recorded};

/// A machine of a person who is signed in, with these files.
pub(super) fn machine(name: &str, files: &[(&str, &str)]) -> Machine {
    prepared(Machine::new(name), files)
}

/// The same with an S3 for large files.
pub(super) fn machine_for_large_files(name: &str, files: &[(&str, &str)]) -> Machine {
    prepared(Machine::new_at(&FILES_STACK, name), files)
}

fn prepared(machine: Machine, files: &[(&str, &str)]) -> Machine {
    machine.log_in();
    for (file, text) in files {
        let path = machine.folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    machine
}

/// Runs the program in the machine's folder.
pub(super) fn run(machine: &Machine, arguments: &[&str]) -> Ended {
    Ended::of(machine.command(arguments).current_dir(&machine.folder).stdin(Stdio::null()).output().unwrap())
}

/// The files below a folder, with their paths in it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()).iter().map(|file| format!("{name}/{file}")));
        } else {
            found.insert(name);
        }
    }
    found
}

/// What is done, how it ends, and what is on standard output and on standard error, one after the other. HOME stands for the
/// key of the person's home.
const CASES: &[(&[&str], i32, &str, &str)] = &[
    (&["ls"], 0, "", ""),
    (&["cp", "d/a.txt", "home:"], 0, "", "Copied 1 file (6 B).\n"),
    (&["cp", "-r", "d", "home:d"], 0, "", "Copied 2 files (7 B).\n"),
    (&["ls"], 0, "d/\na.txt\n", ""),
    (&["ls", "home:d"], 0, "sub/\na.txt\n", ""),
    (&["ls", "-r", "home:"], 0, "a.txt\nd/a.txt\nd/sub/b.txt\n", ""),
    (&["ls", "home:d/a.txt"], 0, "a.txt\n", ""),
    (&["ls", "home:nothing"], 1, "", "latchkey: home:nothing is not there.\n"),
    (&["cp", "home:a.txt", "-"], 0, "hello\n", "Copied 1 file (6 B).\n"),
    (&["cp", "-n", "d/a.txt", "home:"], 0, "", "Copied 0 files (0 B). Left 1 file alone, already there.\n"),
    (&["cp", "home:a.txt", "home:d/", "-n"], 0, "", "Copied 0 files (0 B). Left 1 file alone, already there.\n"),
    (&["cp", "home:a.txt", "home:d/sub/b.txt", "new/"], 0, "", "Copied 2 files (7 B).\n"),
    (&["cp", "-n", "home:a.txt", "new"], 0, "", "Copied 0 files (0 B). Left 1 file alone, already there.\n"),
    (&["cp", "-r", "home:d", "home:copy"], 0, "", "Copied 2 files (7 B).\n"),
    (&["cp", "-r", "home:d", "back"], 0, "", "Copied 2 files (7 B).\n"),
    (&["mv", "home:a.txt", "home:moved.txt"], 0, "", "Moved 1 file (6 B).\n"),
    (&["mv", "-r", "home:copy", "home:e"], 0, "", "Moved 2 files (7 B).\n"),
    (&["mv", "-r", "d", "home:f"], 0, "", "Moved 2 files (7 B).\n"),
    (&["ls"], 0, "d/\ne/\nf/\nmoved.txt\n", ""),
    (
        &["cp", "back/a.txt", "new/a.txt", "home:twice/"],
        1,
        "",
        "latchkey: home:twice/a.txt is the target of another file, too.\nCopied 1 file (6 B). 1 file failed.\n",
    ),
    (
        &["mv", "-r", "home:d", "home:d/sub"],
        2,
        "",
        "latchkey: Of home:d/ and home:d/sub/, one is in the other. Copy it to a folder beside them first.\n",
    ),
    (
        &["cp", "-r", "home:d/sub", "home:d"],
        2,
        "",
        "latchkey: Of home:d/sub/ and home:d/, one is in the other. Copy it to a folder beside them first.\n",
    ),
    (&["rm", "home:moved.txt", "home:twice/a.txt"], 0, "", "Removed 2 files.\n"),
    (&["rm", "home:moved.txt"], 1, "", "latchkey: home:moved.txt is not there.\n"),
    (&["rm", "-r", "home:e"], 2, "", "latchkey: 2 files in home:e/ would go: say --yes.\n"),
    (&["rm", "-r", "--yes", "home:e", "home:f"], 0, "", "Removed 4 files.\n"),
    (&["rm", "-r", "--yes", "home:e"], 1, "", "latchkey: There is nothing in home:e/\n"),
    (&["restore", "home:nothing"], 1, "", "latchkey: home:nothing never was there.\n"),
    // What makes no sense.
    (
        &["cp", "a", "b"],
        2,
        "",
        "latchkey: Nothing of that is in the bucket: a place there starts with home:, team: or bucket:.\n",
    ),
    (&["cp", "back", "home:"], 2, "", "latchkey: back is a folder: with --recursive, what is in it is meant.\n"),
    (&["cp", "home:d/", "."], 2, "", "latchkey: home:d/ is a folder: with --recursive, what is in it is meant.\n"),
    (
        &["cp", "home:d/a.txt", "home:d/"],
        2,
        "",
        "latchkey: home:d/a.txt is there already: source and target are the same.\n",
    ),
    (
        &["cp", "back/a.txt", "home:../x"],
        2,
        "",
        "latchkey: home:../x cannot be written: a key has no . or .. between its slashes.\n",
    ),
    (&["cp", "back/a.txt", "bucket:HOMEself.txt"], 0, "", "Copied 1 file (6 B).\n"),
    (
        &["mv", "home:self.txt", "bucket:HOMEself.txt"],
        2,
        "",
        "latchkey: bucket:HOMEself.txt is there already: source and target are the same.\n",
    ),
    (&["mv", "home:self.txt", "/dev/null"], 2, "", "latchkey: /dev/null is no file, so nothing can be moved there.\n"),
    (&["ls", "home:self.txt"], 0, "self.txt\n", ""),
    (&["cp", "/dev/null", "home:"], 1, "", "latchkey: /dev/null is not a file.\n"),
    (&["cp", "/proc/version", "home:"], 1, "", "latchkey: /proc/version changed while it was read.\n"),
    (&["cp", "-r", "back", "new", "new/a.txt", "home:several"], 0, "", "Copied 5 files (20 B).\n"),
    (&["ls", "-r", "home:several"], 0, "a.txt\nback/a.txt\nback/sub/b.txt\nnew/a.txt\nnew/b.txt\n", ""),
    (&["cp", "-r", "home:several/back", "home:several/new", "two"], 0, "", "Copied 4 files (14 B).\n"),
    (
        &["rm", "home:self.txt", "home:nothing", "home:several/a.txt"],
        1,
        "",
        "latchkey: home:nothing is not there.\nRemoved 2 files. 1 could not be.\n",
    ),
    (&["mv", "-", "home:x"], 2, "", "latchkey: A stream can be copied, but not moved.\n"),
    (&["cp", "-r", "home:d", "-"], 2, "", "latchkey: Only one object can go to standard output.\n"),
    // What IAM does not let this person do.
    (
        &["cp", "back/a.txt", "bucket:public/a.txt"],
        4,
        "",
        "latchkey: You may not do that at bucket:public/a.txt. `latchkey whoami` says which folders are yours.\n",
    ),
    (
        &["ls", "bucket:"],
        4,
        "",
        "latchkey: You may not do that at bucket:. `latchkey whoami` says which folders are yours.\n",
    ),
    (&["cp", "back/a.txt", "team:a.txt"], 4, "", "latchkey: You are in no team.\n"),
    (&["cp", "missing", "home:"], 1, "", "latchkey: missing cannot be read: No such file or directory (os error 2).\n"),
];

#[test]
fn a_person_copies_lists_moves_removes_and_restores() {
    let machine = machine("fay", &[("d/a.txt", "hello\n"), ("d/sub/b.txt", "b")]);
    let (_, home) = machine.person.keys_and_home();
    let filled = |text: &str| text.replace("HOME", &home);
    for (arguments, status, out, error) in CASES {
        let arguments: Vec<_> = arguments.iter().map(|argument| filled(argument)).collect();
        let ended = run(&machine, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        // As a person would write it.
        let error = filled(error).replace(&format!("bucket:{home}"), "bucket:HOME");
        let told = ended.error.replace(&format!("bucket:{home}"), "bucket:HOME");
        assert_eq!((ended.status, ended.out.as_str(), told), (*status, *out, error), "{arguments:?}");
    }
    let two = ["back/a.txt", "back/sub/b.txt", "new/a.txt", "new/b.txt"].map(str::to_owned).into();
    assert_eq!(files(&machine.folder.join("two")), two);
    let expected = ["a.txt", "sub/b.txt"].map(str::to_owned).into();
    assert_eq!(files(&machine.folder.join("back")), expected);
    assert_eq!(files(&machine.folder.join("new")), ["a.txt", "b.txt"].map(str::to_owned).into());
    assert!(!machine.folder.join("d").exists(), "moved with its folders");
}

#[test]
fn what_is_replaced_keeps_its_rights_and_its_place() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let machine =
        machine("farid", &[("private", "old"), ("elsewhere/real", "old"), ("tree/own", "own"), ("apart/far", "far")]);
    let path = |name: &str| machine.folder.join(name);
    fs::set_permissions(path("private"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink(path("elsewhere/real"), path("link")).unwrap();
    symlink(path("apart"), path("tree/linked")).unwrap();
    symlink(path("apart/far"), path("tree/to-file")).unwrap();
    assert_eq!(run(&machine, &["cp", "tree/own", "home:"]).status, 0);
    for name in ["private", "link", "new"] {
        assert_eq!(run(&machine, &["cp", "home:own", name]).status, 0, "{name}");
        assert_eq!(fs::read_to_string(path(name)).unwrap(), "own", "{name}");
    }
    assert_eq!(fs::metadata(path("private")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(path("elsewhere/real")).unwrap(), "own");
    assert!(fs::symlink_metadata(path("link")).unwrap().is_symlink());

    // A copy follows links, and a move does not: what they lead to is somebody else's.
    let copied = run(&machine, &["cp", "-r", "tree", "home:tree"]);
    assert_eq!((copied.status, copied.error.as_str()), (0, "Copied 3 files (9 B).\n"), "{copied:?}");
    let moved = run(&machine, &["mv", "-r", "tree", "home:moved"]);
    assert_eq!(moved.status, 1, "{moved:?}");
    assert!(
        moved.error.contains("latchkey: tree/linked is a link, which can be copied, but not moved.\n"),
        "{moved:?}"
    );
    assert!(moved.error.ends_with("Moved 1 file (3 B). 2 files failed.\n"), "{moved:?}");
    assert_eq!(fs::read_to_string(path("apart/far")).unwrap(), "far");
}

#[test]
fn what_was_overwritten_or_removed_comes_back() {
    let machine = machine("fred", &[("1", "one"), ("2", "two!")]);
    for (arguments, said) in [
        (&["cp", "1", "home:x"][..], "Copied 1 file (3 B).\n"),
        (&["cp", "2", "home:x"], "Copied 1 file (4 B).\n"),
        (&["cp", "1", "home:xyz"], "Copied 1 file (3 B).\n"),
    ] {
        assert_eq!(run(&machine, arguments).error, said, "{arguments:?}");
    }
    let content = || run(&machine, &["cp", "home:x", "-"]).out;
    assert!(run(&machine, &["restore", "home:x"]).error.starts_with("Restored home:x of 20"));
    assert_eq!(content(), "one");
    assert_eq!(run(&machine, &["rm", "home:x"]).status, 0);
    let versions = run(&machine, &["versions", "--json", "home:x"]).json();
    let listed = versions["versions"].as_array().unwrap();
    let seen: Vec<_> = listed.iter().map(|one| (one["is_deleted"].as_bool(), one["size"].as_u64())).collect();
    let expected = [(true, 0), (false, 3), (false, 4), (false, 3)].map(|(is, size)| (Some(is), Some(size)));
    assert_eq!(seen, expected, "newest first, and nothing of home:xyz: {versions:#}");
    let id = |index: usize| listed[index]["version_id"].as_str().unwrap().to_owned();
    assert_eq!(run(&machine, &["cp", "--version-id", &id(2), "home:x", "-"]).out, "two!");
    assert_eq!(run(&machine, &["restore", "--version-id", &id(2), "home:x"]).status, 0);
    assert_eq!(content(), "two!");
    let of_marker = run(&machine, &["restore", "--version-id", &id(0), "home:x"]);
    assert_eq!(of_marker.status, 2, "{of_marker:?}");
    let shown = run(&machine, &["versions", "home:x"]).out;
    assert_eq!(shown.lines().count(), 5, "{shown}");
    assert!(shown.lines().next().unwrap().contains("  latest  "), "{shown}");
}

#[test]
fn a_listing_is_for_people_and_for_programs() {
    let machine = machine("fern", &[("a b+c.txt", "hello")]);
    assert_eq!(run(&machine, &["cp", "a b+c.txt", "home:d/"]).status, 0);
    let listed = run(&machine, &["ls", "--json", "home:d"]).json();
    let home = machine.person.keys_and_home().1;
    assert_eq!(listed["prefix"], format!("{home}d/"), "{listed:#}");
    let object = &listed["objects"][0];
    assert_eq!(object["place"], "home:d/a b+c.txt");
    assert_eq!((&object["key"], &object["size"]), (&Value::from(format!("{home}d/a b+c.txt")), &Value::from(5)));
    assert!(object["last_modified"].as_str().unwrap().ends_with('Z'), "{listed:#}");
    let long = run(&machine, &["ls", "-l", "home:d"]).out;
    assert!(long.starts_with("5 B  20") && long.ends_with("  a b+c.txt\n"), "{long}");
    // Nobody's terminal is at the end of a pipe.
    assert!(!run(&machine, &["ls"]).out.contains('\u{1b}'));
    // What `ls` prints of somebody else's is what the API lets them see.
    let other = Person::new("finn");
    let (keys, home) = other.keys_and_home();
    put(&keys, &format!("{home}secret.txt")).unwrap();
    let refused = run(&machine, &["cp", &format!("bucket:{home}secret.txt"), "-"]);
    assert_eq!((refused.status, refused.out.as_str()), (4, ""), "{refused:?}");
}

#[test]
fn a_file_comes_back_as_it_was() {
    let odd = ["-rf", "a\nb", "a b", "ä漢🗝", "100%25", "a+b&c=d", "'\"$(x)", "~", "#?*", ".hidden"];
    let all: Vec<_> = odd.iter().map(|name| (format!("odd/{name}"), format!("in {name}"))).collect();
    let named: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let machine = machine("flo", &named);
    let time = std::time::UNIX_EPOCH + std::time::Duration::new(1_580_702_706, 700_000_000);
    fs::File::options().append(true).open(machine.folder.join("odd/a b")).unwrap().set_modified(time).unwrap();
    assert_eq!(run(&machine, &["cp", "-r", "odd", "home:odd"]).status, 0);
    assert_eq!(run(&machine, &["cp", "-r", "home:odd", "back"]).status, 0);
    assert_eq!(files(&machine.folder.join("back")), files(&machine.folder.join("odd")));
    for name in odd {
        assert_eq!(fs::read_to_string(machine.folder.join("back").join(name)).unwrap(), format!("in {name}"));
    }
    assert_eq!(fs::metadata(machine.folder.join("back/a b")).unwrap().modified().unwrap(), time);
    let listed = run(&machine, &["ls", "home:odd"]).out;
    assert!(listed.contains("\na\\nb\n"), "on one line: {listed}");
    let dash = run(&machine, &["cp", "home:odd/-rf", "--", "-rf"]);
    assert_eq!(
        (dash.status, fs::read_to_string(machine.folder.join("-rf")).unwrap()),
        (0, "in -rf".to_owned()),
        "{dash:?}"
    );
}

#[test]
fn no_key_leaves_the_folder() {
    let machine = machine("fritz", &[("good", "good")]);
    assert_eq!(run(&machine, &["cp", "good", "home:d/good"]).status, 0);
    let (_, home) = machine.person.keys_and_home();
    for key in ["d/../../evil", "d//absolute", "d/./x", "d/sub/../../../evil"] {
        let key = format!("{home}{key}");
        let arguments = ["s3api", "put-object", "--bucket", recorded("bucket"), "--key", &key];
        aws(&Keys::admin(), &arguments).unwrap();
    }
    let ended = run(&machine, &["cp", "-r", "home:d", "in/here"]);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.error.contains("latchkey: home:d/../../evil would leave the folder.\n"), "{ended:?}");
    assert!(ended.error.ends_with("Copied 1 file (4 B). 4 files failed.\n"), "{ended:?}");
    assert_eq!(files(&machine.folder.join("in")), ["here/good".to_owned()].into());
    assert!(!machine.folder.join("evil").exists());
}
