# Sees to it that there is a Chromium for the browser tests: the one that $CHROMIUM names, one on PATH, or on Debian, as
# root, an installed one. Elsewhere it says what is missing and the browser tests skip; under CI that is a failure.

for program in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$program" ] && command -v "$program" >/dev/null 2>&1; then exit 0; fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium for the browser tests (once; a minute) ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >&2; then
    exit 0
  fi
fi

echo "no Chromium: install one, or name it: CHROMIUM=/path/to/chromium. Without it the browser tests are skipped." >&2
[ -z "${CI:-}" ]
