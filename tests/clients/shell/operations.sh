# The conversation of ../python/operations.py, for clients that are commands.

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
head -c 12582912 /dev/urandom >"$folder/large"

hello() { printf 'Hello!\n'; }

# Fails unless what was read is what was written.
read() {
    found=$(read_back "$@") || { printf '%s\n' "$found"; return 1; }
    test "$found" = "$(hello)" || { printf '%s\n' "$found"; return 1; }
}

# Does what standard input names until it ends: what a command says, or ok, or why it failed, in one line.
serve() {
    while IFS= command read -r operation; do
        if outcome=$("$operation" "$@" 2>&1 </dev/null); then
            test "$operation" = list || outcome=ok
        fi
        printf '%s\n' "$(printf '%s' "$outcome" | tr -s ' \n' ' ')"
    done
}
