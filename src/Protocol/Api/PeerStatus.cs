using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>What the agent exchanges with peers, now and since it started.</summary>
/// <param name="Mode">With whom contents are exchanged: "httpOnly", "lan", "group", "internet" or "simple".</param>
/// <param name="Group">The name of the agent's group, or null.</param>
/// <param name="ListenPort">The TCP port where connections are taken; 0 where none are.</param>
/// <param name="Connections">Those that stand.</param>
/// <param name="Sums">What went over all connections since the start, those that ended included.</param>
/// <param name="Banned">Peers that did wrong and are refused for a while.</param>
/// <param name="Tracker">How it goes with the tracker, or null where there is none.</param>
public sealed record PeerStatus(
    string Mode,
    string? Group,
    int ListenPort,
    IReadOnlyList<PeerConnectionStatus> Connections,
    IReadOnlyList<PeerSum> Sums,
    IReadOnlyList<BannedPeer> Banned,
    TrackerStatus? Tracker = null);

/// <summary>How it goes with the tracker.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Swarms">Swarms that it is told of.</param>
/// <param name="AnsweredAt">When it answered last, or null.</param>
/// <param name="Failure">Why it does not answer at present; null where it does, or has not been asked yet.</param>
/// <param name="NextAt">When it is asked next, or null where there is nothing to tell.</param>
public sealed record TrackerStatus(
    string Address,
    int Swarms,
    DateTimeOffset? AnsweredAt,
    string? Failure,
    DateTimeOffset? NextAt);

/// <summary>One connection to a peer.</summary>
/// <param name="Peer">The peer's id: 32 digits.</param>
/// <param name="Address">Its address and port.</param>
/// <param name="Kind">Where it lies: "lan", "linkLocal", "group" or "internet".</param>
/// <param name="IsOutgoing">This agent made the connection.</param>
/// <param name="BytesTaken">Bytes of pieces that came.</param>
/// <param name="BytesWasted">Of those, what was of no use.</param>
/// <param name="BytesSent">Bytes of pieces that were sent.</param>
/// <param name="Seconds">How long it stands.</param>
/// <param name="SwarmsShared">Swarms that both are in.</param>
public sealed record PeerConnectionStatus(
    string Peer,
    string Address,
    string Kind,
    bool IsOutgoing,
    long BytesTaken,
    long BytesWasted,
    long BytesSent,
    long Seconds,
    int SwarmsShared);

/// <summary>What went over all connections of one kind and direction.</summary>
/// <param name="Kind">Where the peers lie: "lan", "linkLocal", "group" or "internet".</param>
/// <param name="IsOutgoing">This agent made the connections.</param>
/// <param name="Connections">How many there were.</param>
/// <param name="BytesTaken">Bytes of pieces that came.</param>
/// <param name="BytesWasted">Of those, what was of no use.</param>
/// <param name="BytesSent">Bytes of pieces that were sent.</param>
public sealed record PeerSum(
    string Kind,
    bool IsOutgoing,
    int Connections,
    long BytesTaken,
    long BytesWasted,
    long BytesSent);

/// <summary>A peer that is refused.</summary>
/// <param name="Peer">Its id: 32 digits.</param>
/// <param name="Address">Where it was.</param>
/// <param name="Until">When that ends.</param>
/// <param name="Code">What it did, as a code.</param>
/// <param name="Reason">What it did.</param>
public sealed record BannedPeer(
    string Peer,
    string Address,
    DateTimeOffset Until,
    HResult Code,
    string Reason);
