namespace Haul.UnitTests.Fuzz;

/// <summary>A reader of bytes that anybody may have sent.</summary>
/// <param name="Name">Its folder in tests/Fuzz/corpus.</param>
/// <param name="Reread">Reads bytes and writes what they say in its one form; null where they are refused. What it throws is a bug.</param>
/// <param name="Seeds">Bytes that mean something, to begin with.</param>
sealed record FuzzTarget(string Name, Func<byte[], byte[]?> Reread, Func<IReadOnlyList<byte[]>> Seeds)
{
    /// <summary>Memory that a reader may take whatever it is given: windows and tables.</summary>
    const long FixedBytesMax = 1 << 20;

    /// <summary>Memory for each byte that it is given.</summary>
    const long BytesPerByteMax = 256;

    /// <summary>What is wrong with how bytes are read, or null.</summary>
    public string? Fault(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var first = Read(bytes, out var thrown);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (thrown is not null)
            return $"throws {thrown}";
        if (allocated > FixedBytesMax + BytesPerByteMax * bytes.Length)
            return $"takes {allocated} bytes of memory for {bytes.Length}";
        if (first is null)
            return null;
        var second = Read(first, out thrown);
        return thrown is not null ? $"throws on what it wrote itself: {thrown}"
            : second is null ? "refuses what it wrote itself"
            : second.AsSpan().SequenceEqual(first) ? null : "reads something else in what it wrote itself";
    }

    byte[]? Read(byte[] bytes, out Exception? thrown)
    {
        try
        {
            thrown = null;
            return Reread(bytes);
        }
        catch (Exception e)
        {
            thrown = e;
            return null;
        }
    }
}
