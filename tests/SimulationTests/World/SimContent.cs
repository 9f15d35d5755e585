using System.Security.Cryptography;

namespace Haul.SimulationTests.World;

/// <summary>A file on an origin, with every version it ever had.</summary>
sealed class SimContent
{
    readonly List<ContentVersion> _versions = [];

    public SimContent(SimHost host, string path, byte[] bytes, DateTimeOffset modified)
    {
        (Host, Path) = (host, path);
        Change(bytes, modified);
    }

    public SimHost Host { get; }

    public string Path { get; }

    public string Url => $"{Host.Url}/{Path}";

    /// <summary>It answers 404.</summary>
    public bool IsGone { get; set; }

    /// <summary>Bytes of it that were sent, of all versions.</summary>
    public long BytesSent { get; set; }

    public IReadOnlyList<ContentVersion> Versions => _versions;

    /// <summary>What is served now.</summary>
    public ContentVersion Now => _versions[^1];

    /// <summary>The file is replaced. Answers under way go on with the version they began with.</summary>
    public void Change(byte[] bytes, DateTimeOffset modified)
    {
        // A date has whole seconds, as in HTTP.
        var second = new DateTimeOffset(modified.Ticks - modified.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        _versions.Add(new ContentVersion(_versions.Count + 1, bytes, $"\"{Path}-{_versions.Count + 1}\"", second));
    }

    /// <summary>Bytes that look random and are the same for the same seed.</summary>
    public static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

/// <summary>One version of a content.</summary>
sealed record ContentVersion(int Number, byte[] Bytes, string ETag, DateTimeOffset Modified)
{
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(Bytes));

    string? _sha256;
}
