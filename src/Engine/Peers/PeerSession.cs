using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>What two agents have agreed on, and what is proved of the other.</summary>
/// <param name="Peer">Who it is.</param>
/// <param name="PublicKey">Its key; SubjectPublicKeyInfo, DER.</param>
/// <param name="Version">The version that both speak.</param>
/// <param name="ListenPort">Where it takes connections; 0 where it takes none.</param>
/// <param name="Sends">Makes the tags of what goes out; null over TLS.</param>
/// <param name="Takes">Checks the tags of what comes in; null over TLS.</param>
sealed record PeerSession(PeerId Peer, byte[] PublicKey, ushort Version, ushort ListenPort, FrameSeal? Sends, FrameSeal? Takes)
{
    /// <summary>The number that who made the connection gave to it, counting from when it started: both sides know by it which of two is the later.</summary>
    public ulong Number { get; init; }
}

/// <summary>What follows from a message of a handshake.</summary>
/// <param name="Answer">What to send, or null.</param>
/// <param name="Session">The end, once <paramref name="Answer"/> is on its way; or null.</param>
/// <param name="Failure">Why the connection is to be closed, without a word to the peer; or null.</param>
sealed record HandshakeStep(PeerMessage? Answer, PeerSession? Session, Failure? Failure);

/// <summary>With what an agent goes into a handshake.</summary>
sealed record HandshakeTerms
{
    /// <summary>Who we are.</summary>
    public required PeerIdentity Own { get; init; }

    /// <summary>The group that the peer must be of; null takes everyone who has no group either.</summary>
    public required GroupKey? Group { get; init; }

    /// <summary>We made the connection.</summary>
    public required bool IsInitiator { get; init; }

    /// <summary>The key in the certificate that the peer showed; null on a plain connection.</summary>
    public required byte[]? CertificateKey { get; init; }

    /// <summary>32 bytes, for this handshake alone: the connection's number, where we made it, and chance.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>Where we take connections; 0 where we take none.</summary>
    public ushort ListenPort { get; init; }

    /// <summary>Whether we want to speak with this peer, asked before we prove anything.</summary>
    public Func<PeerId, bool> Suits { get; init; } = static _ => true;
}
