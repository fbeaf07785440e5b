#!/usr/bin/env bash
# `.ci/run` in a bare Debian 12: ci/bare-root.sh [--keep] [--folder DIR]
# debootstrap makes a minimal root in a temporary folder. Only Node, npm, the last commit, and this machine's certificates
# and proxy settings are copied in; home and caches are empty. An install step missing from .ci/run fails here, even if
# this machine has the package. --keep keeps the root, --folder sets its parent folder (5 GB).
# Needs root and debootstrap. Exit codes: the exit code of .ci/run; 2 wrong use; 3 the root cannot be made.
set -euo pipefail
cd "$(dirname "$0")/.."

keep=false
parent=${TMPDIR:-/var/tmp}
while (($# > 0)); do
  case $1 in
    --keep) keep=true ;;
    --folder)
      parent=${2:-}
      if [[ ! -d $parent ]]; then
        echo "--folder takes a folder that exists, got \"$parent\"." >&2
        exit 2
      fi
      shift
      ;;
    --help)
      sed -n '2,6s/^# //p' "$0"
      exit 0
      ;;
    *)
      echo "Unknown argument \"$1\". Use: ci/bare-root.sh [--keep] [--folder DIR]" >&2
      exit 2
      ;;
  esac
  shift
done

if ((EUID != 0)); then
  echo "A bare root needs chroot, and chroot needs root: run this script as root." >&2
  exit 3
fi
for program in debootstrap unshare git node npm; do
  if ! command -v "$program" >/dev/null; then
    echo "$program is missing. On Debian: apt-get install debootstrap util-linux git; Node and npm as usual." >&2
    exit 3
  fi
done

work=$(mktemp -d "$(cd "$parent" && pwd)/bare-root.XXXXXX")
chmod 755 "$work" # other users of the root, such as munge, enter it too
root=$work/root
# The mounts belong to a separate namespace and end with it, so only files are removed here.
# shellcheck disable=SC2317,SC2329 # called by the trap
cleanup() { if $keep; then echo "The root is kept: $root" >&2; else rm -rf --one-file-system "$work"; fi; }
trap cleanup EXIT

if ! debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" 2>&1; then
  tail -20 "$work/debootstrap.log" >&2
  echo "debootstrap failed." >&2
  exit 3
fi

# The package sources of an installed Debian, updates and security fixes included, from debootstrap's mirror.
mirror=$(awk '{ print $2; exit }' "$root/etc/apt/sources.list")
printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s-security bookworm-security main\n' \
  "$mirror" "$mirror" "${mirror%/}" >"$root/etc/apt/sources.list"

modules=$(npm root --global)/npm
install -D "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -rL "$modules" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"

cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
certificates=/etc/ssl/certs/ca-certificates.crt
if [[ -f $certificates ]]; then install -D "$certificates" "$root$certificates"; fi
for own in /usr/local/share/ca-certificates/*.crt; do
  if [[ -f $own ]]; then install -D "$own" "$root$own"; fi
done

if [[ -n $(git status --porcelain) ]]; then echo "Uncommitted changes are left out: the last commit is tested." >&2; fi
git clone --quiet --no-hardlinks . "$root/project"

# Only the variables that reach package registries; the rest of this environment is left out.
settings=(HOME=/root LANG=C.UTF-8 TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
while IFS= read -r name; do settings+=("$name=${!name}"); done < <(
  compgen -e | grep -E '^(HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|PIP_(CERT|INDEX_URL|FIND_LINKS)|GIT_SSL_CAINFO)$' || true
)

# shellcheck disable=SC2016 # expanded by the shell inside the namespace
# Slurm's daemons need control groups, so the root gets this machine's /sys.
inside='mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --rbind /sys "$1/sys" &&
  mount -t tmpfs tmpfs "$1/tmp" && shift && exec "$@"'
unshare --mount --pid --fork --kill-child bash -c "$inside" bare-root "$root" \
  env -i "${settings[@]}" chroot "$root" bash /project/.ci/run </dev/null &
child=$!
# unshare ignores both signals; when it is killed, the kernel ends every process of its namespace.
trap 'kill -KILL $child; wait $child || true; exit 143' TERM
trap 'kill -KILL $child; wait $child || true; exit 130' INT
code=0
wait "$child" || code=$?
exit "$code"
