using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Bench.PoisonPeer;

/// <summary>A file that is read with the first byte of every piece changed.</summary>
sealed class FalseFile(SafeFileHandle file) : IDiskFile
{
    public FileIdentity Identity => default;

    public long Length => RandomAccess.GetLength(file);

    public Failure? Read(long offset, Span<byte> bytes)
    {
        for (var read = 0; read < bytes.Length;)
        {
            if (RandomAccess.Read(file, bytes[read..], offset + read) is not (> 0 and var more))
                return new Failure(HResults.E_FAIL, "The file is shorter");
            read += more;
        }
        var first = (int)((PieceLayout.StandardPieceSize - offset % PieceLayout.StandardPieceSize) % PieceLayout.StandardPieceSize);
        for (var at = first; at < bytes.Length; at += PieceLayout.StandardPieceSize)
            bytes[at] ^= 0xff;
        return null;
    }

    public Failure? Allocate(long length) => throw new NotSupportedException();

    public Failure? Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public Failure? Give(Caller owner) => throw new NotSupportedException();

    public Failure? Flush() => throw new NotSupportedException();

    public void Dispose() => file.Dispose();
}
