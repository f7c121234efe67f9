"""Each stack has its own answers, in a file that a deployment makes, and the tracked file stays as it is."""

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import template
from ..answers import file
from ..answers.file import Answers
from ..layout import DEFAULTS
from .local_aws import make, run
from .local_case import LocalCase


class AnswersOfTwoStacks(LocalCase):
    """`make deploy`, with an operator at the keyboard."""

    def deploy(self, stacks: str, name: str, prefix: str = "") -> str:
        """Deploys a stack; the operator gives one answer of their own and takes the rest as it is offered."""
        names = list(template.read()["Parameters"])
        typed = ["", ""] + [prefix if name == "DomainPrefix" else "" for name in names] + [""] * 20
        done = make(
            self.local.environment(),
            "deploy",
            f"AWS_STACK={name}",
            f"STACKS={stacks}",
            typed="\n".join(typed),
        )
        return done.stdout + done.stderr

    def test_two_stacks_share_no_answers_and_the_tracked_file_stays_as_it_is(self) -> None:
        tracked = DEFAULTS.read_bytes()
        with TemporaryDirectory() as stacks:
            asked = self.deploy(stacks, "first", "people-of-the-first")
            self.assertIn("Parameter DomainPrefix", asked)
            # The operator has not confirmed the change set, and the answers are kept all the same.
            first = file.read_for(Path(stacks), "first")
            self.assertEqual(first.parameters["DomainPrefix"], "people-of-the-first")
            self.assertEqual(first.region, "eu-west-1")
            asked = self.deploy(stacks, "second")
            self.assertNotIn("people-of-the-first", asked)
            self.assertEqual(file.read_for(Path(stacks), "second").parameters["DomainPrefix"], "")

            path = Path(stacks) / "first.toml"
            path.write_text(path.read_text().replace("confirm_changeset = true", "confirm_changeset = false"))
            deployed = self.deploy(stacks, "first")
            self.assertNotIn("Parameter DomainPrefix", deployed)
            self.assertIn("Successfully created/updated stack - first", deployed)
            domain = self.local.client("cognito-idp").describe_user_pool_domain(Domain="people-of-the-first")
            self.assertTrue(domain["DomainDescription"]["UserPoolId"])

            outputs = make(self.local.environment(), "outputs", "AWS_STACK=first", f"STACKS={stacks}")
            self.assertIn("BucketName", outputs.stdout)
        with TemporaryDirectory() as fresh_clone:
            done = run(self.local.environment(), "answers", "first", "--stacks", fresh_clone)
            self.assertEqual(done.stdout, "")
            self.assertIn("the stack first is there already, in eu-west-1", done.stderr)
            taken = file.read_for(Path(fresh_clone), "first")
            self.assertEqual(taken.parameters["DomainPrefix"], "people-of-the-first")
            self.assertEqual(taken.region, "eu-west-1")
        self.assertEqual(DEFAULTS.read_bytes(), tracked)

    def test_a_stack_that_is_new_is_asked_about(self) -> None:
        with TemporaryDirectory() as stacks:
            for _ in range(2):
                done = run(self.local.environment(), "answers", "third", "--stacks", stacks)
                self.assertEqual((done.stdout, done.stderr), ("--guided\n", ""))

    def test_answers_in_samconfig_toml_are_moved_over(self) -> None:
        with TemporaryDirectory() as folder:
            old = Path(folder) / "samconfig.toml"
            text = DEFAULTS.read_text()
            old.write_text(
                text + 'region = "eu-west-1"\nparameter_overrides = "DomainPrefix=\\"theirs\\" MultiFactor=\\"ON\\""\n'
            )
            before = old.read_bytes()
            arguments = ("--stacks", folder, "--defaults", str(old))
            done = run(self.local.environment(), "answers", "latchkey", *arguments)
            self.assertEqual(done.stdout, "")
            self.assertIn("`git checkout samconfig.toml` brings the tracked file back", done.stderr)
            answers = file.read_for(Path(folder), "latchkey")
            self.assertEqual(answers.parameters, {"DomainPrefix": "theirs", "MultiFactor": "ON"})
            # Another stack starts without them.
            done = run(self.local.environment(), "answers", "other", *arguments)
            self.assertEqual(done.stdout, "--guided\n")
            self.assertEqual(file.read_for(Path(folder), "other").parameters, {})
            self.assertEqual(old.read_bytes(), before)

    def test_what_cannot_be_a_stack_or_its_answers_is_one_line(self) -> None:
        with TemporaryDirectory() as stacks:
            broken, renamed = Path(stacks) / "broken.toml", Path(stacks) / "renamed.toml"
            broken.write_text("stack_name = ")
            file.write(renamed, Answers("typed"), is_default=False)
            (Path(stacks) / "quoted.toml").write_text('[default.deploy.parameters]\nparameter_overrides = "A=\\"1"\n')
            cases = [
                ("quoted", "parameter_overrides cannot be read: No closing quotation; "),
                ("../elsewhere", 'AWS_STACK is "../elsewhere"; a stack has a name of letters'),
                ("1st", 'AWS_STACK is "1st"; a stack has a name of letters'),
                ("broken", f"{broken} is not TOML: "),
                ("renamed", f"{renamed} has the answers of the stack typed: rename it to typed.toml"),
            ]
            for name, expected in cases:
                with self.subTest(name):
                    done = run(self.local.environment(), "answers", name, "--stacks", stacks)
                    self.assertEqual((done.returncode, done.stdout), (1, ""))
                    self.assertTrue(done.stderr.startswith(f"latchkey: {expected}"), done.stderr)
                    self.assertEqual(done.stderr.count("\n"), 1)


class WrittenAnswers(unittest.TestCase):
    """The file, without any AWS."""

    def test_what_is_written_is_read_again(self) -> None:
        parameters = {"A": "", "B": "two words", "C": 'a "quote"', "D": "x=y,z", "E": "ä"}
        answers = Answers("one", {"region": "eu-west-1", "parameter_overrides": file.joined(parameters)})
        with TemporaryDirectory() as folder:
            path = Path(folder) / "one.toml"
            file.write(path, answers, is_default=False)
            again = file.read_for(Path(folder), "one")
        self.assertEqual(again.parameters, parameters)
        self.assertEqual(again.region, "eu-west-1")

    def test_every_form_that_the_sam_cli_takes_is_understood(self) -> None:
        expected = {"A": "1", "B": "2 3"}
        for form in (
            {"A": 1, "B": "2 3"},
            'A=1 B="2 3"',
            ["A=1", 'B="2 3"'],
            'ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue="2 3"',
        ):
            with self.subTest(form):
                self.assertEqual(file.parsed(form), expected)


if __name__ == "__main__":
    unittest.main()
