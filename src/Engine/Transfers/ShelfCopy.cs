using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>Brings the pieces of a content that this agent keeps for peers already: nobody is asked for them. Owned by the transfer's loop; reads beside it.</summary>
/// <remarks>Each piece is proved like one from a peer before it is written. A file that is not the content any more is lent to nobody, and the rest comes from elsewhere.</remarks>
/// <param name="kept">The seat of the content that is kept.</param>
/// <param name="ground">What the transfer stands on.</param>
/// <param name="post">Tells the transfer's loop; false once it is gone.</param>
sealed class ShelfCopy(SwarmSeat kept, FetchGround ground, Func<TransferEvent, bool> post)
{
    readonly HashSet<int> _unproved = []; // handed in, and not reported yet
    bool _isRead;
    volatile bool _isStopped;

    /// <summary>All that it could bring is here and proved, or turned out false.</summary>
    public bool IsOver => _isRead && _unproved.Count == 0;

    /// <summary>Pieces that it brought and that were kept.</summary>
    public int Brought { get; private set; }

    /// <summary>Begins to read.</summary>
    public void Start(IReadOnlyList<PieceIndex> pieces) => _ = RunAsync(pieces);

    /// <summary>No more is wanted.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>There is no more to come.</summary>
    public void End() => _isRead = true;

    /// <summary>Hands in a piece that was read.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="buffer">Its bytes.</param>
    /// <param name="refused">Told when the disk refuses it.</param>
    public void HandIn(PieceIndex piece, PieceBuffer buffer, Action<Failure> refused)
    {
        _unproved.Add(piece.Value);
        ground.Count(buffer.Length);
        // With a manifest of its own the transfer needs nobody's word, not even this agent's.
        var expected = ground.Proof is null ? kept.Kept?.Hashes?[piece.Value] : null;
        buffer.Arrival = new PieceArrival(ground.File, ground.Layout.OffsetOf(piece), expected, refused);
        ground.Prove(piece, buffer);
    }

    /// <summary>A piece is on its way from here.</summary>
    public bool Has(PieceIndex piece) => _unproved.Contains(piece.Value);

    /// <summary>A piece was proved, or is false; true where it came from here.</summary>
    public bool Settle(PieceIndex piece, bool isTrue)
    {
        var isOwn = _unproved.Remove(piece.Value);
        Brought += isOwn && isTrue ? 1 : 0;
        return isOwn;
    }

    async Task RunAsync(IReadOnlyList<PieceIndex> pieces)
    {
        PieceBuffer? buffer = null;
        try
        {
            // Beside the loop, and not within it.
            await Task.Yield();
            foreach (var piece in pieces)
            {
                buffer = await ground.Buffers.RentAsync(ground.Layout.LengthOf(piece));
                if (_isStopped || !Read(piece, buffer.Memory.Span) || !post(new TransferEvent.OfSwarm(new SwarmNews.Kept(this, piece, buffer))))
                    break;
                buffer = null;
            }
        }
        catch (Exception bug)
        {
            post(new TransferEvent.Broke(bug));
        }
        buffer?.Release();
        post(new TransferEvent.OfSwarm(new SwarmNews.KeptAll(this)));
    }

    bool Read(PieceIndex piece, Span<byte> into)
    {
        using var file = kept.Lend();
        return file is not null && file.File.Read(ground.Layout.OffsetOf(piece), into) is null;
    }
}
