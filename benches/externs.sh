# To be sourced: `externs` prints the options of rustc under which a file may use taipan and tokio, as
# they were last built for the benches.
externs() {
    local built name path
    built=$(cargo check --quiet --package taipan-benches --message-format=json)
    for name in taipan tokio; do
        path=$(sed -n 's/.*"name":"'"$name"'".*"filenames":\["\([^"]*\.rmeta\)".*/\1/p' <<<"$built" | tail -1)
        [[ -n $path ]] || { echo "no $name among the crates of the benches" >&2; return 1; }
        printf '%s\n' --extern "$name=$path" -L "dependency=${path%/*}"
    done
}
