"""Tests of the operator's commands, against a local AWS of their own. `tests/system/operations.rs` runs them."""
