# Common ground of the benches of a site: machines on one LAN that want one content over one line.
# A bench sources this and calls `site_begin`; then for each site `site_up N`, `crowd` for each run, `site_down`; then `site_report`.
# shellcheck shell=bash source-path=SCRIPTDIR
OUT=${OUT:-/dev/shm}            # every machine of a real site has a disk of its own; here they would share one
ROUNDS=${ROUNDS:-3}
. "$(dirname "${BASH_SOURCE[0]}")/netlab"
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

WAN=${WAN:-100mbit}
LAN=${LAN:-1gbit}
FILE_MIB=${FILE_MIB:-128}
SETTLE=${SETTLE:-3}             # seconds from the start of agents to that of a run; in truth they run all day
SPREAD_MS=${SPREAD_MS:-50}      # all have to start within this time, or the run has no numbers
TRANSPORT=${TRANSPORT:-tls}     # how haul's agents speak with each other: tls or plain
PATIENCE=${PATIENCE:-$TIMEOUT}  # seconds after which a run has failed
http=http://$lab_origin
site=$run/site                  # torrents, lists, digests
sent=$run/site-sent.log         # what the origin sent, as it says itself

# --- how haul is called: the only place in these benches that knows the options for peers ------------------------------

PEER_PORT=${PEER_PORT:-7690}

haul_make_group() { # haul_make_group tls|plain : the group that all agents of a bench are in; it says how they speak with each other
  local options=()
  [ "$1" = tls ] || options=(--plain)
  "$HAUL" group create "bench-$1" "${options[@]}" --out "$temporary/$1.group" >> "$run/$name.log" 2>&1
}

haul_join() { # haul_join tls|plain STATE : an agent with its state there is in that group
  "$HAUL" group join "$temporary/$1.group" --state "$2" >> "$run/$name.log" 2>&1
}

haul_peer_options() { # haul_peer_options PORT [ADDRESS:PORT] : for an agent that takes part, into ${options[@]}; the address of one it is told of
  options=(--download-mode lan --peer-port "$1")
  [ $# = 1 ] || options+=(--peer "$2")
}

haul_words() { # haul_words url|digest|manifest URL : the command line of one get in the folder of the files, into ${words[@]}
  words=("$HAUL" get -q)
  if [ ${#names[@]} = 1 ]; then words+=("$2" -o "${names[0]}"); else words+=(-i "$list" -d .); fi
  case $1 in
    digest) words+=(--sha256 "$sum") ;;
    manifest) words+=(--publisher "$publisher") ;;
  esac
}

# --- haul's agents -----------------------------------------------------------------------------------------------------

haul_home() { # haul_home DIR : the environment of an agent and of those who talk to it, into ${home[@]}; its socket's path has to be short
  home=("HAUL_SOCKET=$temporary/$(basename "$1").sock" "XDG_STATE_HOME=$1" "XDG_CONFIG_HOME=$1" "XDG_RUNTIME_DIR=$1")
}

haul_start() { # haul_start PLACE DIR alone|tls|plain [PORT [ADDRESS:PORT]] : an agent in that namespace, with all it has below DIR
  local place=$1 dir=$2 options=() home=()
  mkdir -p "$dir/state"
  rm -f "$dir/agent.cost"
  if [ "$3" != alone ]; then
    [ -e "$dir/state/group.json" ] || haul_join "$3" "$dir/state" || note "no group $3 (see $run/$name.log)"
    haul_peer_options "${4:-$PEER_PORT}" "${@:5}"
  fi
  haul_home "$dir"
  ip netns exec "$NETLAB-$place" env "${home[@]}" "$work/runm" -o "$dir/agent.cost" -- \
    "$HAUL" agent --state "$dir/state" "${options[@]}" >> "$dir/agent.log" 2>&1 </dev/null 9>&- &
  crew+=($!)
}

haul_await() { # haul_await DIR : until it answers
  local home=() turn
  haul_home "$1"
  for ((turn = 0; turn < 400; turn++)); do
    ! env "${home[@]}" "$HAUL" status >/dev/null 2>&1 || return 0
    [ ! -e "$1/agent.cost" ] || break
    sleep 0.05
  done
  note "an agent did not start: $(grep -m1 . "$1/agent.log")"
  return 1
}

haul_pid() { pgrep -f "^$HAUL agent --state $1/state( |\$)"; } # haul_pid DIR : the agent with its state there

# --- the content -------------------------------------------------------------------------------------------------------

one_file() { # one_file MIB : what the next runs fetch is one file
  content=site-$1m
  [ "$1" -le 1024 ] || die "one file may have 1024 MiB, not $1"
  [ -s "$data/$content" ] || head -c "${1}M" "$data/f1g" > "$data/$content"
  names=("$content")
  prepare
}

many_files() { # many_files COUNT MIB : it is many small ones
  content=site-$1x$2m
  if [ ! -d "$data/$content" ]; then
    rm -rf "$data/$content.new"; mkdir "$data/$content.new"
    head -c "$(($1 * $2))M" "$data/f1g" | split -b "${2}M" -d -a 3 - "$data/$content.new/"
    mv "$data/$content.new" "$data/$content"
  fi
  mapfile -t names < <(cd "$data" && printf '%s\n' "$content"/???)
  prepare
}

prepare() { # all that clients are told of the content: $url or $list, $sum, $publisher, $torrent
  local each
  mkdir -p "$site"
  url=$http/$content list=$site/$content.list sums=$site/$content.sums torrent=$site/$content.torrent
  for each in "${names[@]}"; do printf '%s/%s\t%s\n' "$http" "$each" "$each"; done > "$list"
  (cd "$data" && openssl dgst -sha256 -r "${names[@]}") > "$sums"
  sum=$(head -1 "$sums" | cut -d' ' -f1)
  size=$(cd "$data" && stat -c %s "${names[@]}" | awk '{ s += $1 } END { print s }')
  if [ -x "$HAUL" ]; then
    [ -s "$site/publisher.key" ] || "$HAUL" key create "$site/publisher.key" > /dev/null
    publisher=$("$HAUL" key show "$site/publisher.key")
    "$HAUL" publish --key "$site/publisher.key" "$data/$content" >> "$run/$name.log" 2>&1
  fi
  # Made only after publishing: BitTorrent's content is the files alone.
  rm -rf "$site/seed"; mkdir -p "$site/seed/$(dirname "${names[0]}")"
  for each in "${names[@]}"; do ln "$data/$each" "$site/seed/$each"; done
  /usr/bin/python3 "$bench/torrent.py" make "$site/seed/$content" "$torrent" --web "$http/" --tracker "http://$lab_router:6969/announce"
  /usr/bin/python3 "$bench/torrent.py" make "$site/seed/$content" "$torrent.seed" --tracker "http://$lab_router:6969/announce"
}

is_right() { # is_right DIR : every byte of it is there
  (cd "$1" && openssl dgst -sha256 -r "${names[@]}" 2>/dev/null) | cmp -s - "$sums"
}

# --- begin and end -----------------------------------------------------------------------------------------------------

extra=          # what a bench adds to a row, with a comma in front of each value
columns=round,case,client,outcome,load,copies,body_copies,first_s,mean_s,last_s,bound_s,spread_ms,cpu_s,busy,rss_mib,anon_mib,up_mib

site_begin() { # site_begin NAME
  [ "$(id -u)" = 0 ] || die "needs root, for namespaces"
  if ! /usr/bin/python3 -c 'import libtorrent' 2>/dev/null || ! have aria2c || ! have tc; then die "run bench/setup first"; fi
  begin "$1" :
  at_end+=(site_down)
  fact "TCP $lab_congestion, libtorrent $(/usr/bin/python3 -c 'import libtorrent; print(libtorrent.version)')"
  if [ -x "$HAUL" ] && ! { haul_make_group tls && haul_make_group plain; }; then note "this haul makes no groups: its peers will fail (see $run/$name.log)"; fi
}

site_up() { # site_up N : the site, its origin, and a tracker in the LAN for those who need one
  count=$1
  lab_up "$count" --wan "$WAN" --lan "$LAN"
  site_config
  start ip netns exec "$NETLAB-origin" nginx -e "$run/site-origin.log" -p "$run" -c "$run/site.conf"
  start ip netns exec "$NETLAB-router" /usr/bin/python3 "$bench/torrent.py" track 6969
  await 10 lab_in h1 curl -q -s -o /dev/null "$http/origin-of" || die "the origin did not start: $(tail -1 "$run/site-origin.log")"
  await 10 lab_in h1 curl -q -s -o /dev/null "http://$lab_router:6969/" || die "the tracker did not start"
}

site_config() { # for nginx, wherever it runs
  sed -e "s#@RUN@#$run#g" -e "s#@DATA@#$data#g" -e "s#@OWNER@#$$#" "$bench/site.conf.in" > "$run/site.conf"
  : > "$sent"
}

site_down() {
  lab_down
  wait "${pids[@]}" "${crew[@]}" 2>/dev/null || true
  pids=() crew=()          # all of them were in the site
}

# --- clients -----------------------------------------------------------------------------------------------------------
# A host K has all it makes in $out/hK, the content in $out/hK/files. Who is through writes "ENDED STARTED" to $out/hK/done.

crew=()     # what runs in the hosts
at_start=   # called with the moment of the start, a little before it

place() { echo "h$1"; } # place K : the namespace of host K

ready() { # ready CLIENT K : what runs before anybody asks for anything
  local here=$out/h$2
  mkdir -p "$here/files"
  case $1 in
    haul+alone) haul_start "$(place "$2")" "$here" alone ;;
    # BitTorrent at the origin instead of a web server.
    libtorrent+seed) [ "$2" != 1 ] || origin_seeds ;;
    haul*) haul_start "$(place "$2")" "$here" "$TRANSPORT" ;;
  esac
}

seeder=
origin_seeds() {
  ip netns exec "$NETLAB-origin" /usr/bin/python3 "$bench/torrent.py" run "$torrent.seed" "$site/seed" --seed --super >> "$run/$name.log" 2>&1 </dev/null 9>&- &
  seeder=$!
  crew+=("$seeder")
}

settle() { # settle CLIENT K... : until it does
  local k
  case $1 in
    libtorrent+seed) sleep "$SETTLE"; return ;;
    haul*) ;;
    *) return 0 ;;
  esac
  for k in "${@:2}"; do haul_await "$out/h$k" || return 1; done
  sleep "$SETTLE"
}

go() { # go CLIENT K MOMENT : the host starts to fetch at that moment
  local here=$out/h$2 words=() home=()
  cd "$here/files"
  case $1 in
    curl) timed "$2" "$3" curl -q -sS -Z --parallel-max 8 --create-dirs "${curl_words[@]}" ;;
    aria2)
      printf '#!/bin/sh\ndate +%%s.%%N > %s/done.new; mv %s/done.new %s/done\n' "$here" "$here" "$here" > "$here/hook"; chmod +x "$here/hook"
      until_stopped "$2" "$3" aria2c --no-conf -q --enable-dht=false --enable-dht6=false --bt-enable-lpd=true --file-allocation=none \
        --follow-torrent=mem --seed-ratio=0.0 --on-bt-download-complete="$here/hook" -d "$here/files" "$torrent" ;;
    libtorrent) # waits by itself, with its session up, as an agent is
      until_stopped "$2" 0 /usr/bin/python3 "$bench/torrent.py" run "$torrent" "$here/files" --lsd --at "$3" --done "$here/done" ;;
    libtorrent+seed) until_stopped "$2" 0 /usr/bin/python3 "$bench/torrent.py" run "$torrent.seed" "$here/files" --lsd --at "$3" --done "$here/done" ;;
    haul+alone) haul_words url "$url"; haul_home "$here"; timed "$2" "$3" env "${home[@]}" "${words[@]}" ;;
    haul+*) haul_words "${1#haul+}" "$url"; haul_home "$here"; timed "$2" "$3" env "${home[@]}" "${words[@]}" ;;
    *) die "no client $1" ;;
  esac
}

timed() { # timed K MOMENT COMMAND... : one that ends when everything is there
  local here=$out/h$1
  if lab_in "$(place "$1")" "$work/runm" -t "$PATIENCE" -s "$2" -o "$here/get.cost" -- "${@:3}"; then
    awk -F, '{ printf "%.4f %.4f\n", $6 + $1, $6 }' "$here/get.cost" > "$here/done.new"; mv "$here/done.new" "$here/done"
  else
    touch "$here/failed"
  fi
}

until_stopped() { # until_stopped K MOMENT COMMAND... : one that goes on serving
  lab_in "$(place "$1")" "$work/runm" -s "$2" -o "$out/h$1/get.cost" -- "${@:3}" || touch "$out/h$1/failed"
}

fetch() { # fetch CLIENT K... : these hosts fetch the content, all from one $moment on; returns when each is through, or one has failed
  local client=$1 k wait=0.05 turn
  shift
  for k in "$@"; do ready "$client" "$k"; done
  settle "$client" "$@" || return 1
  [[ $client != libtorrent* ]] || wait=0.4       # a Python each
  warm "$#"
  moment=$(date +%s.%N | awk -v n=$# -v w=$wait '{ printf "%.3f", $1 + 1 + n * w }')
  echo "$moment" > "$out/moment.new"; mv "$out/moment.new" "$out/moment"
  for k in "$@"; do (go "$client" "$k" "$moment") >> "$out/h$k/get.log" 2>&1 </dev/null 9>&- & crew+=($!); done
  [ -z "$at_start" ] || "$at_start" "$moment"
  # Each has written down when it was through; to look oftener would take a tenth of the processors from whoever is measured.
  for ((turn = 0; turn < PATIENCE * 2; turn++)); do
    sleep 0.5
    for k in "$@"; do
      [ ! -e "$out/h$k/failed" ] || { note "$client failed on h$k: $(tail -qn1 "$out/h$k/get.log" "$out/h$k/agent.log" 2>/dev/null | xargs)"; return 1; }
      [ -e "$out/h$k/done" ] || continue 2
    done
    return 0
  done
  note "$client: not all were through after $PATIENCE s"
  return 1
}

# A virtual machine gives memory that is free for a second back to its host, and each page of it costs some microseconds when it is used again: more than
# the transfer, for files of a gigabyte. So the memory for all files is in use until shortly before the start, whoever is measured.
warm() { # warm HOSTS
  rm -f "$out/warm" "$out/moment"
  python3 "$bench/netprobe.py" hold $((size * 5 / 4 * $1 / 1048576)) "$out/warm" "$out/moment" 2>> "$run/$name.log" </dev/null 9>&- & crew+=($!)
  await 60 test -e "$out/warm" || note "no memory to warm"
}

dismiss() { # everything in the hosts ends, and has written down what it cost
  local hosts=()
  mapfile -t hosts < <(lab_hosts)
  lab_clear "${hosts[@]}"
  [ -z "$seeder" ] || kill "$seeder" 2>/dev/null || true
  seeder=
  wait "${crew[@]}" 2>/dev/null || true
  crew=()
}

# --- runs --------------------------------------------------------------------------------------------------------------

fresh() { # before a run: no files, no state, nothing sent
  rm -rf "$out"; mkdir -p "$out"
  : > "$sent"
  : > "$out/times"
  read -r load _ < /proc/loadavg
  mark
}

mark() { # from here on bytes and processor time count
  read -r wan_down wan_up < <(lab_wan)
  read -r cpu_all cpu_idle < <(machine_cpu)
}

machine_cpu() { awk '/^cpu / { for (i = 2; i <= 9; i++) all += $i; print all, $5 + $6 }' /proc/stat; }

take() { # what has been used since the mark, into variables; processes still run
  local down up all idle pid hosts=()
  mapfile -t hosts < <(lab_hosts)
  read -r down up < <(lab_wan)
  wan_down=$((down - wan_down)) wan_up=$((up - wan_up))
  read -r all idle < <(machine_cpu)
  busy=$(awk -v a=$((all - cpu_all)) -v i=$((idle - cpu_idle)) 'BEGIN { printf "%.2f", a ? 1 - i / a : 0 }')
  body=$(awk '{ s += $6 } END { printf "%d", s }' "$sent")
  anon=$(for pid in $(lab_pids "${hosts[@]}"); do awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true; done |
    sort -n | tail -1 | awk '{ printf "%.0f", $1 / 1024 }')
}

prove_hosts() { # prove_hosts K... : into $outcome
  local k
  for k in "$@"; do is_right "$out/h$k/files" || { note "h$k: wrong bytes"; outcome=wrong; }; done
}

row() { # row ROUND CASE CLIENT BOUND K... : from what the hosts left
  local k
  for k in "${@:5}"; do
    if [ -e "$out/h$k/done" ]; then awk -v k="$k" -F '[ ,]' 'NR == FNR { ended = $1; started = $2; next } started == "" { started = $6 } END { print k, ended, started }' \
      "$out/h$k/done" "$out/h$k/get.cost"; fi
  done > "$out/times"
  if [ "$outcome" = ok ] && ! sort -nk3 "$out/times" | awk -v max="$SPREAD_MS" 'NR == 1 { a = $3 } END { exit (($3 - a) * 1000 > max) }'; then
    outcome=uneven
  fi
  cat "$out"/h*/*.cost 2>/dev/null | awk -F, -v head="$1,$2,$3,$outcome,$load" -v down="$wan_down" -v up="$wan_up" -v body="$body" -v size="$size" \
    -v bound="$4" -v busy="$busy" -v anon="$anon" -v times="$out/times" -v extra="$extra" '
    { cpu += $2 + $3; if ($4 > rss) rss = $4 }
    END {
      while ((getline line < times) > 0) {
        split(line, t, " ")
        if (!n++ || t[3] < from) from = t[3]
        if (t[3] > till) till = t[3]
        ended[n] = t[2]
      }
      for (i = 1; i <= n; i++) { s = ended[i] - from; sum += s; if (s > last) last = s; if (i == 1 || s < first) first = s }
      printf "%s,%.3f,%.3f,%.2f,%.2f,%.2f,%s,%.0f,%.2f,%s,%.0f,%s,%.1f%s\n", head, down / size, body / size, first, n ? sum / n : 0, last,
        bound, (till - from) * 1000, cpu, busy, rss / 1024, anon, up / 1048576, extra
    }' | tee -a "$csv" >&2
}

crowd() { # crowd ROUND CASE CLIENT : all hosts at once, from nothing
  local hosts=()
  mapfile -t hosts < <(seq "$count")
  outcome=ok
  fresh
  fetch "$3" "${hosts[@]}" || outcome=failed
  take
  dismiss
  [ "$outcome" != ok ] || prove_hosts "${hosts[@]}"
  row "$1" "$2" "$3" "$(site_bound "$count")" "${hosts[@]}"
  rm -rf "$out"; mkdir -p "$out"
}

bits() { awk -v r="$1" 'BEGIN { n = r + 0; if (r ~ /gbit/) n *= 1e9; else if (r ~ /mbit/) n *= 1e6; else if (r ~ /kbit/) n *= 1e3; print n ? n : 1e12 }'; }

site_bounds() { # site_bounds N : seconds: the content once over the line, once into a port, N times out of all ports and the line together
  awk -v n="$1" -v size="$size" -v w="$(bits "$WAN")" -v l="$(bits "$LAN")" 'BEGIN {
    bits = size * 8 * 1514 / 1448        # Ethernet, IP and TCP around each 1448 bytes
    printf "%.2f %.2f %.2f\n", bits / w, bits / l, n * bits / (w + n * l) }'
}

site_bound() { site_bounds "$1" | tr ' ' '\n' | sort -n | tail -1; } # site_bound N : below the largest no way of sharing gets

# --- which clients, and the report ---------------------------------------------------------------------------------------

want() { # want CLIENT... : those that the next runs have
  local client
  clients=()
  curl_words=()
  for client in "${names[@]}"; do curl_words+=("$http/$client" -o "$client"); done
  for client in "$@"; do
    [[ $client =~ $CLIENTS ]] || continue
    if [[ $client == haul* && ! -x $HAUL ]]; then note "left out $client: no program at $HAUL (bench/setup makes it)"; continue; fi
    clients+=("$client")
  done
  [ ${#clients[@]} -gt 0 ] || die "no client to run"
}

rotate() { # rotate CASE COMMAND : ROUNDS times every client, each round from another one on, by `COMMAND ROUND CASE CLIENT`
  local round turn
  for ((round = 1; round <= ROUNDS; round++)); do
    for ((turn = 0; turn < ${#clients[@]}; turn++)); do "$2" "$round" "$1" "${clients[(round - 1 + turn) % ${#clients[@]}]}"; done
    note "$name, $1: round $round of $ROUNDS"
  done
}

# shellcheck disable=SC2034  # for the benches
site_columns=(--show 'last host s=last_s' --show 'bound s=bound_s' --show 'last ÷ bound=last_s/bound_s' --show 'last ÷ libtorrent=last_s//libtorrent'
  --show 'copies=copies' --show 'copies, bodies alone=body_copies' --show 'first host s=first_s' --show 'CPU s=cpu_s' --show 'machine busy=busy'
  --show 'peak RSS MiB=rss_mib' --show 'of it anonymous, at the end=anon_mib')

site_facts() { # what the columns mean
  fact "line $WAN each way, hosts' ports $LAN each way, no delay; transport of haul's agents: $TRANSPORT"
  fact "content: ${#names[@]} files, $size bytes; every SHA-256 compared on every host after every run; all start within $SPREAD_MS ms"
  fact "copies: what left the origin's interface, over the content; one perfect copy is 1.046, with all headers"
  fact "bound: below it no way of sharing gets: the content once over the line, once into a port, and N times out of all ports and the line together"
  fact "machine busy: near 1 the processors of this machine are the bound, not the network; peak RSS counts libtorrent's mapped files, too"
}

site_report() { # site_report ARGUMENTS... : as `report`, with the columns that are asked for
  python3 "$bench/columns.py" "$csv" "$@" | tee "$results/$name.md"
}
