namespace Haul.Protocol.Contract;

/// <summary>A run of bytes of a remote file (BG_FILE_RANGE; contract, sections 5 and 6.11).</summary>
/// <param name="Offset">First byte, counted from 0.</param>
/// <param name="Length">Bytes; not 0; <see cref="ToEndOfFile"/> for all that follow.</param>
public readonly record struct ByteRange(ulong Offset, ulong Length)
{
    /// <summary>A length that means "to the end of the file" (BG_LENGTH_TO_EOF).</summary>
    public const ulong ToEndOfFile = ulong.MaxValue;

    /// <summary>A file size that is not known yet (DO_UNKNOWN_FILE_SIZE, BG_SIZE_UNKNOWN).</summary>
    public const ulong UnknownSize = ulong.MaxValue;
}
