using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Haul.Protocol.Contract;
using Haul.Tracker.Addresses;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Announces;

/// <summary>Reads the JSON of an announce into the record that is used for every call; what is not as docs/tracker-api.md has it is a failure.</summary>
/// <remarks>By hand, as the same numbers are read thousands of times a second: nothing is allocated but a list of addresses.</remarks>
static class AnnounceReader
{
    const int DepthMax = 8;

    // The longest value of a known name is a site's; each of its characters takes 4 bytes of UTF-8 or, escaped, 12 at most.
    const int TextBytesMax = Announce.SiteMax * 12;

    static readonly JsonReaderOptions _options = new() { MaxDepth = DepthMax };

    /// <summary>Reads; the announce is of use only where there is no failure.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="announce">A cleared one, which knows where it comes from.</param>
    /// <param name="tellsLoopback">Addresses of the loopback count, among those who come from there.</param>
    public static Failure? Read(ReadOnlySpan<byte> body, Announce announce, bool tellsLoopback = false)
    {
        var json = new Utf8JsonReader(body, _options);
        try
        {
            return ReadBody(ref json, announce, tellsLoopback) is { } text ? new Failure(E_INVALIDARG, $"{text}; docs/tracker-api.md describes an announce") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the reader tells of text that is not UTF-8.
            var place = e is JsonException { LineNumber: { } line } j ? $" (line {line + 1}, byte {j.BytePositionInLine})" : "";
            return new Failure(E_INVALIDARG, $"The body is not JSON{place}; docs/tracker-api.md describes an announce");
        }
    }

    static string? ReadBody(ref Utf8JsonReader json, Announce announce, bool tellsLoopback)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return "The body is no JSON object";
        var hasId = false;
        HostAddresses own = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string? wrong = null;
            if (json.ValueTextEquals("peer"u8))
                wrong = (hasId = ReadPeer(ref json, announce)) ? null : "\"peer\" is not 32 hexadecimal digits";
            else if (json.ValueTextEquals("port"u8))
                wrong = Number(ref json, 1, ushort.MaxValue) is { } port ? Set(ref announce.Peer.Port, (ushort)port) : "\"port\" is not a number from 1 to 65535";
            else if (json.ValueTextEquals("addresses"u8))
                wrong = ReadAddresses(ref json, announce.Peer.Observed, tellsLoopback, ref own);
            else if (json.ValueTextEquals("site"u8))
                wrong = ReadSite(ref json, announce);
            else if (json.ValueTextEquals("restrict"u8))
                wrong = ReadRestriction(ref json, announce);
            else if (json.ValueTextEquals("swarms"u8))
                wrong = ReadSwarms(ref json, announce);
            else
                Pass(ref json);
            if (wrong is not null)
                return wrong;
        }
        // To the end: what stands behind the object is an error of the reader's.
        json.Read();
        if (!hasId || announce.Peer.Port == 0 || announce.Swarms.Length == 0)
            return "An announce has \"peer\", \"port\" and at least one of \"swarms\"";
        Place(announce, own);
        return null;
    }

    // Who comes from the tracker's own machine was seen where nobody else can reach it.
    static void Place(Announce announce, HostAddresses own)
    {
        if (announce.Peer.Observed.IsLoopback && own is { Count: > 0, First.IsLoopback: false })
            announce.Peer.Observed = own.First;
        announce.Peer.Own = own.Count > 0 ? own : announce.Peer.Observed.CanBeTold ? [announce.Peer.Observed] : [];
    }

    static bool ReadPeer(ref Utf8JsonReader json, Announce announce)
    {
        Span<byte> id = stackalloc byte[16];
        if (!Hex(ref json, id))
            return false;
        announce.Peer.Id = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(id);
        return true;
    }

    static string? ReadAddresses(ref Utf8JsonReader json, HostAddress observed, bool tellsLoopback, ref HostAddresses own)
    {
        Span<HostAddress> known = stackalloc HostAddress[Announce.AddressesMax];
        Span<byte> text = stackalloc byte[TextBytesMax];
        var (count, seen) = (0, 0);
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.StartArray)
            return "\"addresses\" is no array";
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (++seen > Announce.AddressesMax)
                return $"\"addresses\" has more than {Announce.AddressesMax}";
            var length = Text(ref json, text);
            // The framework takes "1" for 0.0.0.1.
            if (length <= 0 || text[..length].IndexOfAny((byte)'.', (byte)':') < 0 || !IPAddress.TryParse(text[..length], out var address))
                return "One of \"addresses\" is no IP address";
            var parsed = HostAddress.Of(address);
            if ((parsed.CanBeTold || (tellsLoopback && parsed.IsLoopback && observed.IsLoopback)) && !known[..count].Contains(parsed))
                known[count++] = parsed;
        }
        own = HostAddresses.Of(known[..count]);
        return null;
    }

    static string? ReadSite(ref Utf8JsonReader json, Announce announce)
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        var length = Text(ref json, text);
        if (length < 0 || System.Text.Encoding.UTF8.GetCharCount(text[..length]) > Announce.SiteMax)
            return $"\"site\" is no text of at most {Announce.SiteMax} characters";
        // Only whether two are the same is asked, by every tracker of one Redis; what length names have is then nobody's limit.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        announce.Peer.Site = length == 0 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash) | 1;
        return null;
    }

    static string? ReadRestriction(ref Utf8JsonReader json, Announce announce)
    {
        json.Read();
        announce.Peer.IsRestricted = json.TokenType == JsonTokenType.String && json.ValueTextEquals("subnet"u8);
        return announce.Peer.IsRestricted || json.TokenType == JsonTokenType.Null ? null : "\"restrict\" can be \"subnet\" only";
    }

    static string? ReadSwarms(ref Utf8JsonReader json, Announce announce)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            return "\"swarms\" is no array";
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (announce.IsFull)
                return $"\"swarms\" has more than {Announce.SwarmsMax}; send several announces";
            if (json.TokenType != JsonTokenType.StartObject)
                return "One of \"swarms\" is no object";
            if (SwarmReader.Read(ref json, ref announce.Add()) is { } wrong)
                return wrong;
        }
        return null;
    }

    /// <summary>Passes over a value that a later version of agents may send.</summary>
    internal static void Pass(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    /// <summary>A whole number within bounds, or null.</summary>
    internal static long? Number(ref Utf8JsonReader json, long min, long max)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= min && number <= max ? number : null;
    }

    /// <summary>Digits that fill <paramref name="bytes"/>.</summary>
    internal static bool Hex(ref Utf8JsonReader json, scoped Span<byte> bytes)
    {
        json.Read();
        return json.TokenType == JsonTokenType.String && HexText.TryRead(json.ValueSpan, bytes);
    }

    static int Text(ref Utf8JsonReader json, scoped Span<byte> text) =>
        json.TokenType == JsonTokenType.String && json.ValueSpan.Length <= text.Length ? json.CopyString(text) : -1;

    static string? Set(ref ushort place, ushort value)
    {
        place = value;
        return null;
    }
}
