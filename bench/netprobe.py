#!/usr/bin/env python3
"""Small probes for a site of namespaces.

usage: netprobe.py sink PORT                 take what one connection brings, until it ends
       netprobe.py pour ADDRESS PORT SECONDS send as fast as it goes; prints the rate at which the other side took it
       netprobe.py hear GROUP PORT SECONDS   exit 0 when a datagram to the multicast group comes in time
       netprobe.py call GROUP PORT TIMES     send it, four times a second
       netprobe.py first DEVICE BYTES        prints the moment at which the device has received so much more
       netprobe.py hold MIB READY MOMENT     touches so much memory, makes the file READY, and lets go shortly before the moment that the file MOMENT tells
"""
import os, socket, struct, sys, time

PART = bytes(1 << 20)


def sink(port):
    with socket.create_server(("", int(port)), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        connection = server.accept()[0]
        taken, began = 0, time.monotonic()
        room = bytearray(1 << 20)
        while got := connection.recv_into(room):
            taken += got
        connection.sendall(struct.pack("!Qd", taken, time.monotonic() - began))


def pour(address, port, seconds):
    connection = connect(address, int(port))
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        connection.sendall(PART)
    connection.shutdown(socket.SHUT_WR)
    taken, took = struct.unpack("!Qd", connection.recv(16, socket.MSG_WAITALL))
    print(f"{taken * 8 / took / 1e6:.0f} Mbit/s ({taken / took / 1e6:.0f} MB/s)")


def hold(mib, ready, moment):
    memory = b"\1" * (int(mib) << 20)
    open(ready, "w").close()
    while not os.path.exists(moment):
        time.sleep(0.01)
    with open(moment) as file:
        time.sleep(max(0, float(file.read()) - time.time() - 0.15))
    del memory


def connect(address, port):
    for _ in range(100):
        try:
            return socket.create_connection((address, port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    sys.exit(f"nobody listens on {address} port {port}")


def family_of(group):
    return socket.AF_INET6 if ":" in group else socket.AF_INET


def hear(group, port, seconds):
    family = family_of(group)
    ear = socket.socket(family, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.bind(("", int(port)))
    device = struct.pack("@I", socket.if_nametoindex("eth0"))
    if family == socket.AF_INET6:
        ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(family, group) + device)
    else:
        request = socket.inet_pton(family, group) + socket.inet_aton("0.0.0.0") + device
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    ear.settimeout(float(seconds))
    try:
        ear.recv(100)
    except TimeoutError:
        sys.exit(1)


def call(group, port, times):
    family = family_of(group)
    mouth = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
    for _ in range(int(times)):
        time.sleep(0.25)
        mouth.sendto(b"here", (group, int(port)))


def first(device, wanted):
    path = f"/sys/class/net/{device}/statistics/rx_bytes"
    count = lambda: int(open(path, encoding="ascii").read())
    goal = count() + int(wanted)
    while count() < goal:
        time.sleep(0.002)
    print(f"{time.time():.4f}")


if len(sys.argv) < 2 or sys.argv[1] not in ("sink", "pour", "hear", "call", "first", "hold"):
    sys.exit(__doc__)
globals()[sys.argv[1]](*sys.argv[2:])
