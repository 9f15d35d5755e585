using Haul.Engine.Peers;
using Haul.Engine.Pieces;

namespace Haul.Engine.Transfers;

/// <summary>Brings the pieces of a content that this agent keeps for peers already: nobody is asked for them. Runs beside the transfer's loop.</summary>
/// <remarks>Each piece is proved like one from a peer before it is written. A file that is not the content any more is lent to nobody, and the rest comes from elsewhere.</remarks>
/// <param name="kept">The seat of the content that is kept.</param>
/// <param name="ground">What the transfer stands on.</param>
/// <param name="post">Tells the transfer's loop; false once it is gone.</param>
sealed class ShelfCopy(SwarmSeat kept, FetchGround ground, Func<TransferEvent, bool> post)
{
    /// <summary>Hands in pieces until all are, the transfer has ended, or the file is of no use.</summary>
    public async Task RunAsync(IReadOnlyList<PieceIndex> pieces)
    {
        // Beside the loop, and not within it.
        await Task.Yield();
        foreach (var piece in pieces)
        {
            var buffer = await ground.Buffers.RentAsync(ground.Layout.LengthOf(piece));
            if (Read(piece, buffer.Memory.Span) && post(new TransferEvent.OfSwarm(new SwarmNews.Kept(piece, buffer))))
                continue;
            buffer.Release();
            break;
        }
        post(new TransferEvent.OfSwarm(new SwarmNews.KeptAll()));
    }

    bool Read(PieceIndex piece, Span<byte> into)
    {
        using var file = kept.Lend();
        return file?.File.Read(ground.Layout.OffsetOf(piece), into) is null && file is not null;
    }
}
