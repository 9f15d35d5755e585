using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Haul.SystemTests.Origins;

/// <summary>Reproducible random bytes of any length, readable at any offset without memory or disk.</summary>
/// <remarks>Each aligned word of eight bytes is splitmix64 of its index, so any of them can be made without those before it.</remarks>
sealed record TestContent(int Seed, long Length)
{
    const int WordBytes = sizeof(ulong);
    const int BufferBytes = 1024 * 1024;

    readonly ulong _start = Mix((ulong)Seed + 1);

    /// <summary>Fills <paramref name="into"/> with the bytes from <paramref name="offset"/> on.</summary>
    public void Read(long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + into.Length, Length);

        Span<byte> word = stackalloc byte[WordBytes];
        var index = offset / WordBytes;
        if (offset % WordBytes != 0 && !into.IsEmpty)
        {
            WriteWord(word, index++);
            var tail = word[(int)(offset % WordBytes)..];
            var count = Math.Min(tail.Length, into.Length);
            tail[..count].CopyTo(into);
            into = into[count..];
        }
        foreach (ref var whole in MemoryMarshal.Cast<byte, ulong>(into))
            whole = Word(index++);
        into = into[(into.Length / WordBytes * WordBytes)..];
        if (!into.IsEmpty)
        {
            WriteWord(word, index);
            word[..into.Length].CopyTo(into);
        }
    }

    public byte[] Bytes(long offset, long count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    public byte[] Bytes() => Bytes(0, Length);

    /// <summary>The SHA-256 of the whole, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var run in Runs())
            hash.AppendData(run.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes the whole as the file <paramref name="path"/>.</summary>
    public void WriteTo(string path)
    {
        using var file = File.Create(path);
        foreach (var run in Runs())
            file.Write(run.Span);
    }

    /// <summary>The first offset at which the file at <paramref name="path"/> is not this content; null when it is.</summary>
    public long? FirstDifference(string path)
    {
        using var file = File.OpenRead(path);
        var found = new byte[BufferBytes];
        long offset = 0;
        foreach (var run in Runs())
        {
            var count = file.ReadAtLeast(found.AsSpan(0, run.Length), run.Length, throwOnEndOfStream: false);
            var same = run.Span.CommonPrefixLength(found.AsSpan(0, count));
            if (same < run.Length)
                return offset + same;
            offset += count;
        }
        return file.Length == Length ? null : Length;
    }

    IEnumerable<ReadOnlyMemory<byte>> Runs()
    {
        var buffer = new byte[BufferBytes];
        for (long offset = 0; offset < Length; offset += BufferBytes)
        {
            var run = buffer.AsMemory(0, (int)Math.Min(BufferBytes, Length - offset));
            Read(offset, run.Span);
            yield return run;
        }
    }

    void WriteWord(Span<byte> into, long index) =>
        MemoryMarshal.Write(into, Word(index));

    ulong Word(long index) => Mix(_start + (ulong)index);

    static ulong Mix(ulong state)
    {
        state = unchecked(state * 0x9E3779B97F4A7C15);
        state = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9);
        state = unchecked((state ^ (state >> 27)) * 0x94D049BB133111EB);
        return state ^ (state >> 31);
    }
}
