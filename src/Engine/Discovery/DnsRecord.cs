using System.Net;
using System.Net.Sockets;

namespace Haul.Engine.Discovery;

/// <summary>One fact of a name, good for a time.</summary>
/// <param name="Name">Of what it is said.</param>
/// <param name="TtlSeconds">How long it is good; 0 takes it back.</param>
/// <param name="IsWhole">With the bit of cache flush: all there is to say of the name and type, so that what was said before is void.</param>
abstract record DnsRecord(DnsName Name, uint TtlSeconds, bool IsWhole)
{
    /// <summary>Its type.</summary>
    public abstract DnsType Type { get; }

    /// <summary>True when both say the same of the same name, for however long.</summary>
    public bool SaysSameAs(DnsRecord other) => this with { TtlSeconds = 0, IsWhole = false } == other with { TtlSeconds = 0, IsWhole = false };
}

/// <summary>A or AAAA: the name has an address.</summary>
sealed record AddressRecord(DnsName Name, uint TtlSeconds, bool IsWhole, IPAddress Address) : DnsRecord(Name, TtlSeconds, IsWhole)
{
    public override DnsType Type => Address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;
}

/// <summary>PTR: the name points at another.</summary>
sealed record PointerRecord(DnsName Name, uint TtlSeconds, bool IsWhole, DnsName Target) : DnsRecord(Name, TtlSeconds, IsWhole)
{
    public override DnsType Type => DnsType.Ptr;
}

/// <summary>SRV: where the service of that name takes connections (RFC 2782).</summary>
sealed record ServiceRecord(DnsName Name, uint TtlSeconds, bool IsWhole, DnsName Host, ushort Port) : DnsRecord(Name, TtlSeconds, IsWhole)
{
    public override DnsType Type => DnsType.Srv;

    /// <summary>Lower ones are asked first; there is one host only.</summary>
    public ushort Priority { get; init; }

    /// <summary>Share among those of one priority.</summary>
    public ushort Weight { get; init; }
}

/// <summary>TXT: what else there is to say (RFC 6763, section 6).</summary>
/// <param name="Name">Of what it is said.</param>
/// <param name="TtlSeconds">How long it is good.</param>
/// <param name="IsWhole">All there is to say.</param>
/// <param name="Wire">The texts as they stand on the wire, each behind its length, one char for each byte.</param>
sealed record TextRecord(DnsName Name, uint TtlSeconds, bool IsWhole, string Wire) : DnsRecord(Name, TtlSeconds, IsWhole)
{
    /// <summary>The longest of its texts: its length is one byte.</summary>
    public const int TextMax = 255;

    public override DnsType Type => DnsType.Txt;

    /// <summary>The texts.</summary>
    public IEnumerable<string> Texts
    {
        get
        {
            for (var at = 0; at < Wire.Length; at += 1 + Wire[at])
                yield return Wire.Substring(at + 1, Wire[at]);
        }
    }

    /// <summary>The form of <see cref="Wire"/>; texts that are too long are a bug.</summary>
    public static string Join(params IReadOnlyCollection<string> texts) =>
        texts.Count == 0 ? "\0" : string.Concat(texts.Select(text => $"{(text.Length <= TextMax ? (char)text.Length : throw new ArgumentException("a text of TXT has at most 255 bytes", nameof(texts)))}{text}"));

    /// <summary>True when texts fill the bytes to the end.</summary>
    public static bool AreTexts(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && bytes.Length > bytes[0])
            bytes = bytes[(1 + bytes[0])..];
        return bytes.Length == 0;
    }

    /// <summary>What stands behind <c>key=</c>, or null; the first one counts (RFC 6763, section 6.4).</summary>
    public string? Find(string key) =>
        Texts.FirstOrDefault(text => text.Length > key.Length && text[key.Length] == '=' && text.StartsWith(key, StringComparison.OrdinalIgnoreCase))?[(key.Length + 1)..];
}
