namespace Haul.Engine.Peers;

/// <summary>The type byte of a frame.</summary>
enum PeerMessageKind : byte
{
    Hello = 1,
    Proof = 2,
    Meta = 3,
    Leave = 4,
    Bitmap = 5,
    Have = 6,
    Claim = 7,
    Renew = 8,
    Release = 9,
    Request = 10,
    Data = 11,
    Cancel = 12,
    Busy = 13,
    Attest = 14,
    Peers = 15,
    Ping = 16,
    Pong = 17,
    Bye = 18,
}

/// <summary>How a peer wants to speak. Bits that are not known belong to later versions and are passed over.</summary>
[Flags]
enum HelloFlags : uint
{
    None = 0,

    /// <summary>The Proof is made with the key of a group; else with the key that everyone knows.</summary>
    Group = 1,

    /// <summary>The connection is not encrypted: frames carry tags instead.</summary>
    Plain = 2,
}

/// <summary>What a peer is in a swarm.</summary>
[Flags]
enum MetaFlags : byte
{
    None = 0,

    /// <summary>It may fetch from the origin.</summary>
    MayFetch = 1,

    /// <summary>It has no piece hashes, and wants attestations.</summary>
    WantsAttestations = 2,

    /// <summary>It has the whole content.</summary>
    IsComplete = 4,
}
