using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>Pieces of an earlier run that are recorded and were not read since the system started: they are given to others once they are read back. Owned by the transfer's loop.</summary>
sealed class UnreadPieces(Swarm swarm, SwarmSeat seat, SwarmLinks links, SwarmWords words)
{
    readonly Queue<PieceIndex> _pieces = []; // in order

    /// <summary>One more, behind those that were added before.</summary>
    public void Add(PieceIndex piece) => _pieces.Enqueue(piece);

    /// <summary>What the hasher has read back is given to others from now on.</summary>
    public void OfferRead(ContentHasher? hasher)
    {
        if (hasher is null)
            return;
        Offer(hasher.HashedPieces);
        var ahead = new List<PieceIndex>();
        while (hasher.Ahead?.TryDequeue(out var piece) == true)
            ahead.Add(piece);
        Offer(ahead);
    }

    /// <summary>The same for all that stand before a piece.</summary>
    public void Offer(int front)
    {
        var read = new List<PieceIndex>();
        while (_pieces.TryPeek(out var piece) && piece.Value < front)
            read.Add(_pieces.Dequeue());
        Offer(read);
    }

    void Offer(List<PieceIndex> read)
    {
        // One that was lost and came anew was offered then.
        read.RemoveAll(piece => !swarm.Have.Contains(piece) || seat.Has(piece));
        read.ForEach(seat.Add);
        if (read.Count == 0)
            return;
        words.Vouch(read);
        links.TellPieces(read);
    }
}
