#!/usr/bin/python3
"""What a BitTorrent client and its tracker do here, over libtorrent (Debian's python3-libtorrent, hence Debian's python3).

usage: torrent.py make PATH TORRENT [--web URL] [--tracker URL] [--piece KIB]   PATH: a file, or a folder of files
       torrent.py run TORRENT FOLDER [--seed] [--super] [--at MOMENT] [--done FILE] [--peer IP:PORT]... [--port PORT]
                  [--lsd] [--tcp] [--tuned]
       torrent.py track PORT

run ends when everything is here and --done is not given; with --done it writes "ENDED STARTED" (seconds since 1970) to that file
and goes on serving until it is stopped. --at waits for a moment of the clock with the session up, as a service would be. --seed
takes what is in FOLDER as complete, --super gives each piece out once before any twice. --tcp leaves uTP out. --tuned is what
libtorrent advises for fast links. DHT and port mapping are off.
"""
import argparse, http.server, os, socket, struct, sys, time, urllib.parse


def make(given):
    import libtorrent as lt
    path = os.path.abspath(given.path)
    files = lt.file_storage()
    lt.add_files(files, path)
    torrent = lt.create_torrent(files, given.piece * 1024, lt.create_torrent.v1_only)
    if given.web:
        torrent.add_url_seed(given.web)
    if given.tracker:
        torrent.add_tracker(given.tracker)
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    with open(given.torrent, "wb") as file:
        file.write(lt.bencode(torrent.generate()))


def session(given):
    import libtorrent as lt
    settings = {
        "listen_interfaces": f"0.0.0.0:{given.port}", "enable_dht": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_lsd": given.lsd, "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
        # Hosts of one LAN, and two peers on one loopback address, are what is measured here.
        "allow_multiple_connections_per_ip": True}
    if given.tcp:
        settings.update(enable_incoming_utp=False, enable_outgoing_utp=False)
    if given.tuned:
        settings.update(lt.high_performance_seed())
        settings.update(max_out_request_queue=1500, max_allowed_in_request_queue=2000, request_queue_time=3,
                        send_buffer_watermark=3 << 20, recv_socket_buffer_size=1 << 20, send_socket_buffer_size=1 << 20,
                        max_queued_disk_bytes=32 << 20, hashing_threads=2)
    return lt.session(settings)


def run(given):
    import libtorrent as lt
    torrents = session(given)
    wanted = lt.add_torrent_params()
    wanted.ti = lt.torrent_info(given.torrent)
    wanted.save_path = given.folder
    wanted.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if given.seed:
        wanted.flags |= lt.torrent_flags.seed_mode
    if given.super:
        wanted.flags |= lt.torrent_flags.super_seeding
    if given.at:
        time.sleep(max(0.0, given.at - time.time()))
    started = time.time()
    torrent = torrents.add_torrent(wanted)
    for peer in given.peer:
        address, port = peer.rsplit(":", 1)
        torrent.connect_peer((address, int(port)))
    while True:
        torrents.wait_for_alert(60000)
        for alert in torrents.pop_alerts():
            if "error" in type(alert).__name__:
                print(alert.message(), file=sys.stderr, flush=True)
            elif isinstance(alert, lt.torrent_finished_alert) and not given.seed:
                ended = time.time()
                if not given.done:
                    os._exit(0)   # the pieces are in the files; what the session would still say to others is not measured
                with open(given.done + ".new", "w", encoding="ascii") as file:
                    file.write(f"{ended:.4f} {started:.4f}\n")
                os.rename(given.done + ".new", given.done)


class Tracker(http.server.BaseHTTPRequestHandler):
    """Tells every peer of all others, every ten seconds."""

    protocol_version = "HTTP/1.1"
    peers = {}   # info hash -> {(ip, port)}

    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, encoding="latin-1")
        known = self.peers.setdefault(asked.get("info_hash", [""])[0], set())
        me = (self.client_address[0], int(asked.get("port", ["0"])[0]))
        if asked.get("event", [""])[0] == "stopped":
            known.discard(me)
        else:
            known.add(me)
        packed = b"".join(socket.inet_aton(ip) + struct.pack("!H", port) for ip, port in known if (ip, port) != me)
        answer = b"d8:intervali10e12:min intervali10e5:peers%d:%se" % (len(packed), packed)
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def track(given):
    http.server.ThreadingHTTPServer(("0.0.0.0", given.port), Tracker).serve_forever()


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    verbs = arguments.add_subparsers(required=True)
    verb = verbs.add_parser("make")
    verb.set_defaults(do=make)
    verb.add_argument("path")
    verb.add_argument("torrent")
    verb.add_argument("--web")
    verb.add_argument("--tracker")
    verb.add_argument("--piece", type=int, default=256)
    verb = verbs.add_parser("run")
    verb.set_defaults(do=run)
    verb.add_argument("torrent")
    verb.add_argument("folder")
    verb.add_argument("--at", type=float)
    verb.add_argument("--done")
    verb.add_argument("--peer", action="append", default=[])
    verb.add_argument("--port", type=int, default=6881)
    for flag in ("--seed", "--super", "--lsd", "--tcp", "--tuned"):
        verb.add_argument(flag, action="store_true")
    verb = verbs.add_parser("track")
    verb.set_defaults(do=track)
    verb.add_argument("port", type=int)
    given = arguments.parse_args()
    given.do(given)


main()
