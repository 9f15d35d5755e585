using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>The agents of one group that fetch or have one content, as they name it among each other: a hash keyed by the group, which
/// tells outsiders nothing.</summary>
readonly record struct SwarmId(PieceHash Value)
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = PieceHash.Size;

    public static SwarmId Read(ReadOnlySpan<byte> bytes) => new(PieceHash.Read(bytes));

    public void Write(Span<byte> bytes) => Value.Write(bytes);

    /// <summary>64 digits, in lower case.</summary>
    public override string ToString() => Value.ToString();
}
