# Common ground of the benches. A bench sources this, calls `begin`, declares its clients, then `alternate` and `report`.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
export LC_ALL=C
export PATH=$PATH:/usr/sbin:/sbin      # nginx, for users other than root

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$bench/work                                  # everything made here, ignored by git
data=$work/data                                   # what the origin serves
run=$work/run                                     # configuration, logs, state
results=$work/results
out=${OUT:-$work}/haul-bench-out                  # where clients write; emptied before and after every run
HAUL=$(realpath -m "${HAUL:-$work/haul/haul}")      # the program under test
ROUNDS=${ROUNDS:-5}
CLIENTS=${CLIENTS:-.}                             # regular expression: run only these
TIMEOUT=${TIMEOUT:-300}                           # seconds one run may take
HTTP_PORT=${HTTP_PORT:-18480}
HTTPS_PORT=${HTTPS_PORT:-18481}
http=http://127.0.0.1:$HTTP_PORT
https=https://127.0.0.1:$HTTPS_PORT
ca=$run/tls/ca.crt
mkdir -p "$data" "$run" "$results"

note() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die()  { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 2; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- begin and end -------------------------------------------------------------------------------------------------

pids=()        # what this bench started and has to end
at_end=()      # functions that end more than processes; they go first
temporary=     # for sockets: a Unix socket's path may have 107 characters only

columns=round,client,outcome,load,wall,user,sys,rss_kib,exit

begin() { # begin NAME [COMMAND] : take the machine, open the result file, start the origin, which COMMAND can do otherwise
  name=$1 csv=$results/$1.csv
  if [ ! -x "$work/runm" ] || [ ! -s "$data/f1g" ]; then die "run bench/setup first"; fi
  exec 9>"$work/lock"
  flock -n 9 || die "another bench is running"
  trap end EXIT
  trap 'exit 130' INT TERM
  temporary=$(mktemp -d)
  # Nothing of the user's own takes part: no agent of his, no state, no settings.
  export HAUL_SOCKET=$temporary/haul.sock XDG_RUNTIME_DIR=$temporary
  export XDG_STATE_HOME=$run/xdg XDG_CONFIG_HOME=$run/xdg XDG_DATA_HOME=$run/xdg XDG_CACHE_HOME=$run/xdg
  unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
  rm -rf "$run/xdg" "$out"; mkdir -p "$out"
  : > "$run/$name.log"
  facts > "$csv"
  echo "$columns" >> "$csv"
  "${2:-start_origin}"
}

end() {
  local pid step
  for step in "${at_end[@]}"; do "$step" || true; done
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "$temporary" "$out" "$run/xdg"
}

start() { # start COMMAND... : in the background until the end; its process id in $started
  "$@" >>"$run/$name.log" 2>&1 </dev/null 9>&- &
  started=$!
  pids+=("$started")
}

await() { # await SECONDS COMMAND... : until the command succeeds
  local turns=$(($1 * 20)) turn; shift
  for ((turn = 0; turn < turns; turn++)); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done
  return 1
}

facts() { # what the numbers depend on, as comments at the head of the result file
  local haul_version=missing
  [ ! -x "$HAUL" ] || haul_version=$("$HAUL" --version 2>&1 | head -1)
  echo "# bench: $name"
  echo "# rounds: $ROUNDS"
  echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "# cpu: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), $(nproc) cores"
  echo "# memory: $(awk '/MemTotal/ {printf "%.0f MiB", $2 / 1024}' /proc/meminfo)"
  echo "# system: $(. /etc/os-release; echo "$PRETTY_NAME"), Linux $(uname -r), output on $(df --output=fstype "$out" | tail -1)"
  echo "# haul: $haul_version, commit $(git -C "$bench" describe --always --dirty 2>/dev/null || echo unknown)"
  echo "# tools: $(nginx -v 2>&1 | sed 's/.*: //'), $(curl --version | head -1 | cut -d' ' -f1-2)," \
       "$(aria2c --version | head -1 | sed 's/ version//'), $(sha256sum --version | head -1), $(openssl version | cut -d' ' -f1-2)"
}

fact() { note "$*"; echo "# $*" >> "$csv"; } # fact TEXT : something the reader of the table has to know

# --- the origin ----------------------------------------------------------------------------------------------------

start_origin() {
  make_certificate
  local user=; [ "$(id -u)" != 0 ] || user='user root;'
  sed -e "s#@USER@#$user#" -e "s#@RUN@#$run#" -e "s#@DATA@#$data#" -e "s#@OWNER@#$$#" \
      -e "s#@HTTP_PORT@#$HTTP_PORT#" -e "s#@HTTPS_PORT@#$HTTPS_PORT#" "$bench/origin.conf.in" > "$run/origin.conf"
  start nginx -e "$run/origin.log" -p "$run" -c "$run/origin.conf"
  await 5 origin_is_ours || die "the origin did not start (other HTTP_PORT, HTTPS_PORT?): $(tail -1 "$run/origin.log")"
}

origin_is_ours() { [ "$(curl -q -s "$http/origin-of")" = $$ ]; }

make_certificate() {
  local tls=$run/tls
  if [ -s "$tls/origin.crt" ] && openssl x509 -checkend 86400 -noout -in "$tls/origin.crt" >/dev/null; then return; fi
  mkdir -p "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=bench authority' \
    -keyout "$tls/ca.key" -out "$tls/ca.crt" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
    -keyout "$tls/origin.key" -out "$tls/origin.csr" 2>/dev/null
  openssl x509 -req -in "$tls/origin.csr" -CA "$tls/ca.crt" -CAkey "$tls/ca.key" -CAcreateserial -days 365 \
    -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') -out "$tls/origin.crt" 2>/dev/null
}

digest() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }

serve() { # serve FILE : the file the next clients fetch, with its $size and $sum, in the page cache
  file=$1
  size=$(stat -c %s "$data/$file")
  [ -s "$data/$file.sha256" ] || digest "$data/$file" > "$data/$file.sha256"
  sum=$(<"$data/$file.sha256")
  [ "$size" -gt $((4 << 30)) ] || cat "$data/$file" > /dev/null
}

# --- clients and rounds --------------------------------------------------------------------------------------------

clients=()
declare -A command_of=()
repeat=1             # runs of each client in a round
prove=made_file      # checks what a run left in $out: `$prove ROUND`

client() { # client NAME COMMAND... : runs in $out and makes a file named `file` there
  local client=$1; shift
  [[ $client =~ $CLIENTS ]] || return 0
  if [[ $client == haul* && ! -x $HAUL ]]; then note "left out $client: no program at $HAUL (bench/setup makes it)"; return 0; fi
  have "$1" || { note "left out $client: no $1"; return 0; }
  clients+=("$client")
  command_of[$client]=$(printf '%q ' "$@")
}

forget_clients() { clients=(); command_of=(); }

made_file() { # size every time, every byte in the first round
  [ "$(stat -c %s file 2>/dev/null)" = "$size" ] && { [ "$1" != 1 ] || [ "$(digest file)" = "$sum" ]; }
}

measure() { # measure ROUND CLIENT : one run from a clean place, proved, as one row
  local round=$1 client=$2 outcome=ok load
  rm -rf "$out"; mkdir -p "$out"; cd "$out"
  # What the disk still has of earlier clients is not this one's affair: who works on one core would hardly feel it, who works on two would.
  sync -f "$out"
  read -r load _ < /proc/loadavg
  rm -f "$run/cost"
  eval "\"\$work/runm\" -t $TIMEOUT -o \"\$run/cost\" -- ${command_of[$client]}" </dev/null >>"$run/$name.log" 2>&1 9>&- || outcome=failed
  if [ $outcome = ok ] && ! $prove "$round"; then outcome=wrong; fi
  [ $outcome = ok ] || note "$client, round $round: $outcome (see $run/$name.log)"
  echo "$round,$client,$outcome,$load,$(cat "$run/cost")" >> "$csv"
  # Removed at once: its dirty pages are dropped instead of being written back in the next client's time.
  cd "$bench"; rm -rf "$out"; mkdir -p "$out"
}

alternate() { # alternate [ROUNDS] : every client once a round; each round starts with another one
  local rounds=${1:-$ROUNDS} count=${#clients[@]} round turn
  [ "$count" -gt 0 ] || die "no client to run"
  for ((round = 1; round <= rounds; round++)); do
    for ((turn = 0; turn < count; turn++)); do
      for ((i = 0; i < repeat; i++)); do measure "$round" "${clients[(round - 1 + turn) % count]}"; done
    done
    note "$name: round $round of $rounds"
  done
}

# --- the report ----------------------------------------------------------------------------------------------------

report() { # report TABLE-ARGUMENTS... : prints the table, keeps it, fails when a target is missed
  python3 "$bench/table.py" "$csv" "$@" | tee "$results/$name.md"
}
