using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>This agent's place in a swarm, as connections see it: what it can give, and who is told what comes. Any thread.</summary>
sealed class SwarmSeat
{
    readonly int[] _have; // a bit for each piece; set once it is verified, never before
    int _count;
    int _most;

    /// <param name="swarm">Which swarm.</param>
    /// <param name="layout">How its content is cut.</param>
    /// <param name="lend">Lends the file that verified pieces are read from; null where there is none any more.</param>
    public SwarmSeat(SwarmId swarm, PieceLayout layout, Func<LentFile?> lend)
    {
        (Swarm, Layout, Lend) = (swarm, layout, lend);
        _have = new int[(layout.Count + 31) / 32];
        Attestations = new AttestationBook(layout.Count);
        SlicePieces = (ushort)new Slices(layout).PiecesPerSlice;
    }

    public SwarmId Swarm { get; }

    public PieceLayout Layout { get; }

    public ushort SlicePieces { get; }

    /// <summary>What this agent can give in a second, KiB; 0 where it is not known.</summary>
    public uint CapacityKiB { get; init; }

    /// <summary>Other members of the swarm that were heard of lately. Any thread.</summary>
    public int MemberCount { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>It may ask the origin, and may give to others what came of it.</summary>
    public bool MayFetch { get; init; }

    /// <summary>The hashes of pieces are not known from a manifest: the words of members are wanted.</summary>
    public bool WantsAttestations { get; init; }

    /// <summary>Words are of use still: it does not keep the whole, and proved.</summary>
    public bool HearsWords => WantsAttestations && Kept is null;

    /// <summary>The group whose members' words count, or null.</summary>
    public GroupKey? Group { get; init; }

    /// <summary>The name of the swarm that all may hear, for an epoch.</summary>
    public Func<ulong, ulong> Blinded { get; init; } = static _ => 0;

    /// <summary>Lends the file for as long as bytes of it are sent; null where it is not the content any more.</summary>
    public Func<LentFile?> Lend { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>Of a content that is kept for all, what this agent's own jobs may take it by; else null.</summary>
    public KeptPieces? Kept { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>Told what happens, by any thread; it only notes it down.</summary>
    public Action<SwarmNews> Post { get; set; } = static _ => { };

    /// <summary>What it has moved.</summary>
    public SwarmTally Tally { get; } = new();

    /// <summary>Words of members to pass on with pieces.</summary>
    public AttestationBook Attestations { get; }

    /// <summary>Has every piece: nothing is missing from the start.</summary>
    public void AddAll()
    {
        for (var i = 0; i < Layout.Count; i++)
            Add(new PieceIndex(i));
    }

    public bool IsComplete => Volatile.Read(ref _count) == Layout.Count;

    /// <summary>Bytes of the pieces that it has, or had at the best time; the last one, which may be shorter, counts as long as the others until all are here.</summary>
    public long MostBytes => Math.Min(Layout.Length, (long)Volatile.Read(ref _most) * Layout.PieceSize);

    public bool Has(PieceIndex piece) => (Volatile.Read(ref _have[piece.Value >> 5]) & 1 << (piece.Value & 31)) != 0;

    /// <summary>A piece stands in the file, and is the one of the content: from now on it is given to others.</summary>
    public void Add(PieceIndex piece)
    {
        var bit = 1 << (piece.Value & 31);
        if ((Interlocked.Or(ref _have[piece.Value >> 5], bit) & bit) == 0)
            Volatile.Write(ref _most, Math.Max(Volatile.Read(ref _most), Interlocked.Increment(ref _count)));
    }

    /// <summary>A piece is not what it was taken for: nobody is given it.</summary>
    public void Remove(PieceIndex piece)
    {
        var bit = 1 << (piece.Value & 31);
        if ((Interlocked.And(ref _have[piece.Value >> 5], ~bit) & bit) != 0)
            Interlocked.Decrement(ref _count);
    }

    /// <summary>Sends bytes of a piece from the file.</summary>
    public async ValueTask<bool> SendAsync(PeerConnection to, PeerMessage.Bytes head, LentFile file, (PieceIndex Piece, int Count) what, CancellationToken cancel)
    {
        var isSent = await to.SendAsync(head, file.File, Layout.OffsetOf(what.Piece) + head.Offset, what.Count, cancel);
        if (isSent)
            Tally.CountGiven(what.Count);
        return isSent;
    }

    /// <summary>What it has of as many pieces as one message can tell of.</summary>
    public PeerMessage.Bitmap Bitmap(uint channel, ushort queue, int first)
    {
        var count = Math.Min(PeerLimits.BitmapPiecesMax, Layout.Count - first);
        var bits = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++)
        {
            if (Has(new PieceIndex(first + i)))
                bits[i >> 3] |= (byte)(1 << (i & 7));
        }
        return new PeerMessage.Bitmap(channel, queue, new PieceIndex(first), count, bits);
    }

    public PeerMessage.Meta Meta(uint channel) => new(channel, Swarm, Layout.Length, Layout.PieceSize, SlicePieces, CapacityKiB,
        (MayFetch ? MetaFlags.MayFetch : 0) | (HearsWords ? MetaFlags.WantsAttestations : 0) | (IsComplete ? MetaFlags.IsComplete : 0));
}

/// <summary>The pieces of a content that this agent has in whole.</summary>
/// <param name="Hashes">Their hashes, where this agent has found the SHA-256 of all of them together to be the one that names the content; null where only a manifest says so.</param>
sealed record KeptPieces(IReadOnlyList<PieceHash>? Hashes);

/// <summary>What a seat is told.</summary>
abstract record SwarmNews
{
    /// <summary>A member was heard of, with which this agent is not connected yet; what it said was an answer, or not.</summary>
    public sealed record Sighted(PeerId Peer, bool IsAnswer) : SwarmNews;

    /// <summary>A peer came into the swarm.</summary>
    public sealed record Joined(PeerLink Link, PeerMessage.Meta Meta) : SwarmNews;

    /// <summary>A peer is gone; nothing that was asked of it will come.</summary>
    public sealed record Left(PeerLink Link) : SwarmNews;

    /// <summary>A peer said something: which pieces it has, what it claims, whom else it knows.</summary>
    public sealed record Said(PeerLink Link, PeerMessage Message) : SwarmNews;

    /// <summary>All bytes of a piece came; whether they are true is not known. Whoever is told owns the memory.</summary>
    public sealed record Came(PeerLink Link, PieceIndex Piece, PieceBuffer Buffer) : SwarmNews;

    /// <summary>A piece was read from what this agent keeps for peers. Whoever is told owns the memory.</summary>
    public sealed record Kept(object By, PieceIndex Piece, PieceBuffer Buffer) : SwarmNews;

    /// <summary>Whoever reads there has no more of those.</summary>
    public sealed record KeptAll(object By) : SwarmNews;

    /// <summary>Some bytes came.</summary>
    public sealed record Brought(PeerLink Link, int Bytes) : SwarmNews;

    /// <summary>A peer does not give a piece, for now.</summary>
    public sealed record Refused(PeerLink Link, PieceIndex Piece, TimeSpan Pause) : SwarmNews
    {
        /// <summary>It is not there any more.</summary>
        public bool IsMissing { get; init; }
    }
}
