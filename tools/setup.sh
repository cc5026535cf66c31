#!/bin/sh
# Makes an environment of a pinned and hashed lock file, and says what it is doing: tools/setup.sh DIR LOCK [PYTHON].
# With uv where it is there and works, else with pip; both check every hash.
set -eu
folder=$1
lock=$2
python=${3:-python3}

say() { echo "$*" >&2; }

if uv --version >/dev/null 2>&1; then with=uv; else with=pip; fi
began=$(date +%s)
packages=$(grep -c '^[A-Za-z0-9]' "$lock")
if [ "$with" = uv ]; then takes="half a minute"; else takes="one to three minutes (with uv on the PATH, half a minute)"; fi
say "Setting up $folder, once: $packages packages of $lock with $with. That takes about $takes, most of it downloads."

if [ ! -x "$folder/bin/python" ]; then
    say "  [1/2] making $folder with $("$python" --version)"
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        "$python" -m venv "$folder"
    elif [ "$with" = uv ]; then
        uv venv --quiet --python "$python" "$folder"
    else
        say "Python's venv module is missing. On Debian: apt-get install python3-venv"
        exit 1
    fi
fi

# On a terminal both show what they download; in a log only what goes wrong.
quiet=$([ -t 2 ] || echo --quiet)
say "  [2/2] installing the packages"
# shellcheck disable=SC2086  # $quiet is an option or nothing
if [ "$with" = uv ] && uv pip install $quiet --python "$folder/bin/python" --require-hashes -r "$lock"; then
    :
elif [ -x "$folder/bin/pip" ]; then
    [ "$with" = pip ] || say "  uv could not install them; now with pip"
    "$folder/bin/pip" install $quiet --disable-pip-version-check --require-hashes -r "$lock" >&2
else
    exit 1
fi
say "  $folder is ready after $(($(date +%s) - began)) s."
