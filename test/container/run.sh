#!/usr/bin/env bash
# Runs the built product under the rules of docker/compose.yaml, without Docker: as the user nobody, without
# capabilities and without a way to gain any, on a file system that is read-only but for /data and /tmp.
# Needs root, for the mounts. Prints each rule that held; exits non-zero at the first that did not.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "${1:-}" != inside ]; then
  exec unshare --mount --propagation private "$0" inside
fi

# Mounts are this process's own: nothing of them is left when it ends.
root=/mnt
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root"/{app,bin,lib,lib64,usr,etc,proc,dev,tmp,data,run/secrets,opt}

read_only() { # source, target below the root
  mount --bind "$1" "$root$2"
  mount -o remount,bind,ro "$root$2"
}
for folder in /bin /lib /lib64 /usr /etc /dev; do
  [ -d "$folder" ] && read_only "$folder" "$folder"
done
read_only "$PWD" /app
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
mount -t tmpfs -o mode=700,uid=65534,gid=65534 tmpfs "$root/data"
# Node may lie in a folder that nobody cannot enter.
cp "$(readlink -f "$(command -v node)")" "$root/opt/node"
node -e "
  const key = require('node:crypto').generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  console.log(JSON.stringify({ keys: [key] }))" >"$root/run/secrets/jwt-keys"
chown 65534:65534 "$root/run/secrets/jwt-keys"
chmod 400 "$root/run/secrets/jwt-keys"
mount -o remount,ro "$root"

pepper=$(node -p "require('node:crypto').randomBytes(32).toString('hex')")
confined() { # command and arguments, run as the container runs them
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin NODE_ENV=production DATA_DIR=/data HOST=127.0.0.1 PORT=3789 \
    PUBLIC_URL=https://eudr.example MIGRATE_ON_START=true SAFE_STORE_PEPPERS="$pepper" \
    JWT_KEYS_FILE=/run/secrets/jwt-keys \
    prlimit --nofile=4096 \
    chroot "$root" setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
    --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
}
held() { echo "ok: $1"; }
fail() {
  echo "FAILED: $1" >&2
  cat "$log" >&2
  exit 1
}

log=$(mktemp)
(confined /opt/node /app/dist/src/main.js) >"$log" 2>&1 &
server=$!
trap 'kill -9 $server 2>/dev/null || true; rm -f "$log"' EXIT
answers() { node -e "fetch(process.argv[1], { headers: { authorization: process.argv[2] ?? '' } }).then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))" "$@"; }
ready=false
for _ in $(seq 100); do
  answers http://127.0.0.1:3789/health/ready && ready=true && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
[ "$ready" = true ] || fail 'the server becomes ready'
held 'the server becomes ready'

status() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$server/status"; }
[ "$(status Uid)" = 65534 ] || fail 'it runs as nobody'
held 'it runs as nobody'
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
  [ "$(status $set)" = 0000000000000000 ] || fail "it has no capabilities ($set)"
done
held 'it has no capabilities'
[ "$(status NoNewPrivs)" = 1 ] || fail 'it cannot gain privileges'
held 'it cannot gain privileges'
for path in /app/x /etc/x /usr/x /x /run/x; do
  if (confined touch "$path") 2>/dev/null; then fail "$path cannot be written"; fi
done
held 'only /data and /tmp can be written'
token=$( (confined /opt/node /app/dist/src/cli.js bootstrap --company Acme --json) | node -p 'JSON.parse(require("node:fs").readFileSync(0)).token')
answers http://127.0.0.1:3789/api/v1/integration/auth/test "Bearer $token" || fail 'a token that a command made is accepted'
held 'a token that a command made is accepted'
kill -TERM "$server"
wait "$server" || fail 'it stops cleanly'
held 'it stops cleanly'
