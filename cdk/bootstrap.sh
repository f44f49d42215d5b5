#!/bin/sh
# Makes .venv from uv.lock on a machine that has no more than Python 3.11, Node and make.
# A uv on the PATH is used when it is recent enough; otherwise the pinned one goes into .tools/uv.
set -eu

uv_version=0.13.9
fail() { echo "error: $*" >&2; exit 1; }

recent_uv() {
  case "$(uv --version 2>/dev/null)" in
    'uv 0.'[0-9].* | '') return 1 ;;
  esac
}

install_uv() {
  echo "Installing uv $uv_version into .tools/uv"
  rm -rf .tools/uv
  pip_options="--quiet --disable-pip-version-check --only-binary :all: uv==$uv_version"
  if python3 -m venv .tools/uv >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    .tools/uv/bin/python -m pip install $pip_options
  elif python3 -m pip --version >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    python3 -m pip install --target .tools/uv $pip_options
  else
    fail "python3 has neither venv nor pip. Install uv itself (macOS: brew install uv)" \
      "or venv (Debian, Ubuntu: apt install python3-venv), then run make again."
  fi || fail "uv $uv_version could not be installed from PyPI. Is the network reachable?"
}

# uv stops at the first python3.13 on the PATH, which may be a pyenv shim that leads nowhere.
python_3_13() {
  for python in "$(command -v python3.13 || :)" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python3.13; do
    "$python" -c 'import venv' 2>/dev/null && { echo "$python"; return; }
  done
  uv python find --quiet --managed-python 3.13 2>/dev/null || {
    uv python install 3.13 >&2 && uv python find --managed-python 3.13
  }
}

# For the tests in a browser. They look for the same names, and say it again when it is not there.
has_chromium() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium || command -v chromium-browser \
    || command -v google-chrome || [ -e "/Applications/Google Chrome.app" ]
} >/dev/null

install_chromium() {
  if [ "$(id -u 2>/dev/null)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium, for the tests in a browser" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends chromium fonts-liberation >/dev/null && return
  fi
  echo "note: the tests in a browser need Chromium: sudo apt-get install -y chromium" \
    "(macOS: brew install --cask google-chrome)" >&2
}

command -v node >/dev/null || fail "Node is missing; the CDK needs it: https://nodejs.org"
command -v python3 >/dev/null || fail "python3 is missing: https://www.python.org/downloads"
PATH="$PWD/.tools/uv/bin:$PATH"
recent_uv || install_uv
python=$(python_3_13) || fail "Python 3.13 is neither installed nor downloadable." \
  "Install it (pyenv install 3.13, brew install python@3.13), then run make again."
unset VIRTUAL_ENV
UV_PROJECT_ENVIRONMENT=.venv uv sync --locked --python "$python"
has_chromium || install_chromium
