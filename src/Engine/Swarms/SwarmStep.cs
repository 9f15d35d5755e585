using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>What a swarm wants done: whoever has the connections does it.</summary>
abstract record SwarmStep
{
    /// <summary>Ask a peer for a piece.</summary>
    public sealed record Request(PeerId Peer, PieceIndex Piece) : SwarmStep;

    /// <summary>The piece is not wanted of this peer any more.</summary>
    public sealed record Cancel(PeerId Peer, PieceIndex Piece) : SwarmStep;

    /// <summary>Ask the origin for pieces of a slice; the claim was told just before.</summary>
    public sealed record Fetch(int Slice, int First, int Count) : SwarmStep;

    /// <summary>Stop fetching a slice: another member does.</summary>
    public sealed record Abandon(int Slice) : SwarmStep;

    /// <summary>Tell all peers that this agent fetches a slice, or still does.</summary>
    public sealed record Claim(int Slice, TimeSpan Lease, long DoneBytes, bool IsRenewal) : SwarmStep;

    /// <summary>Tell all peers that this agent does not fetch a slice after all.</summary>
    public sealed record Release(int Slice) : SwarmStep;
}
