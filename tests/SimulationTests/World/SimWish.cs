using System.Security.Cryptography;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>A file that a program wants, and what may come of it.</summary>
sealed class SimWish(AddFile asked, SimContent content)
{
    public AddFile Asked => asked;

    public string LocalName => asked.LocalName;

    /// <summary>Where it may come from: its remote name, and those it was given later.</summary>
    public List<SimContent> Remotes { get; } = [content];

    /// <summary>The expected SHA-256, or null.</summary>
    public string? Sha256 => asked.Digest?[(asked.Digest.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The wanted bytes of a version; null where a range lies outside it.</summary>
    public static byte[]? Of(ContentVersion version, IReadOnlyList<ByteRange> ranges)
    {
        if (ranges.Count == 0)
            return version.Bytes;
        var bytes = new List<byte>();
        foreach (var (offset, length) in ranges)
        {
            var end = length == ByteRange.ToEndOfFile ? (ulong)version.Bytes.Length : offset + length;
            if (offset >= (ulong)version.Bytes.Length || end > (ulong)version.Bytes.Length)
                return null;
            bytes.AddRange(version.Bytes.AsSpan((int)offset, (int)(end - offset)));
        }
        return [.. bytes];
    }

    public bool Matches(ContentVersion version, ReadOnlySpan<byte> bytes) => Of(version, asked.Ranges) is { } wanted && bytes.SequenceEqual(wanted);

    public static string Digest(ContentVersion version, IReadOnlyList<ByteRange> ranges) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Of(version, ranges) ?? []));

    /// <summary>Whether it can be fetched from a content as it is served now.</summary>
    public bool CanComeFrom(SimContent remote)
    {
        var manners = remote.Host.Manners;
        if (Of(remote.Now, asked.Ranges) is null || (asked.Digest is not null && Digest(remote.Now, asked.Ranges) != asked.Digest))
            return false;
        if (asked.Ranges.Count > 0 && manners.Ranges != RangeManner.Served)
            return false;
        // Several ranges are several answers, which nothing would hold together.
        if (asked.Ranges.Count > 1 && asked.Digest is null && (manners.Validators is ValidatorManner.Weak or ValidatorManner.None))
            return false;
        return asked.FileSize == ByteRange.UnknownSize || asked.FileSize == (ulong)remote.Now.Bytes.Length;
    }
}
