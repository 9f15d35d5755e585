using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Store;

/// <summary>A piece that came from a peer: not a byte of it is written before all of it is proved.</summary>
/// <param name="File">Where it belongs.</param>
/// <param name="Offset">Where in the file.</param>
/// <param name="Expected">The hash that a member of the group attests; null where a manifest proves it.</param>
/// <param name="Refused">Told when the disk refuses it, by any thread.</param>
sealed record PieceArrival(IDiskFile File, long Offset, PieceHash? Expected, Action<Failure> Refused)
{
    /// <summary>Writes the proved piece; false where the disk refuses it.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (File.Write(Offset, bytes) is not { } failure)
            return true;
        Refused(failure);
        return false;
    }
}
