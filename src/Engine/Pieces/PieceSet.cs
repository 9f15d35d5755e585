using System.Numerics;

namespace Haul.Engine.Pieces;

/// <summary>A set of pieces of one content, one bit each.</summary>
sealed class PieceSet(int count)
{
    readonly ulong[] _words = new ulong[(count + 63) / 64];

    /// <summary>How many pieces the content has.</summary>
    public int Capacity { get; } = count;

    /// <summary>How many of them are in the set.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    public bool Contains(PieceIndex piece) => (_words[piece.Value >> 6] & Bit(piece)) != 0;

    /// <summary>True when the piece was not in the set before.</summary>
    public bool Add(PieceIndex piece)
    {
        if (Contains(piece))
            return false;
        _words[piece.Value >> 6] |= Bit(piece);
        Count++;
        return true;
    }

    /// <summary>True when the piece was in the set.</summary>
    public bool Remove(PieceIndex piece)
    {
        if (!Contains(piece))
            return false;
        _words[piece.Value >> 6] &= ~Bit(piece);
        Count--;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_words);
        Count = 0;
    }

    /// <summary>The lowest piece at or above <paramref name="from"/> that is in the set, or null.</summary>
    public PieceIndex? NextIn(int from)
    {
        for (var word = from >> 6; word < _words.Length; word++)
        {
            var bits = _words[word];
            if (word == from >> 6)
                bits &= ulong.MaxValue << (from & 63);
            if (bits != 0)
                return new PieceIndex((word << 6) + BitOperations.TrailingZeroCount(bits));
        }
        return null;
    }

    static ulong Bit(PieceIndex piece) => 1UL << (piece.Value & 63);
}
