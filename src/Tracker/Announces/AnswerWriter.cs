using System.Text.Json;
using Haul.Tracker.Addresses;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Announces;

/// <summary>Writes the JSON of an answer.</summary>
static class AnswerWriter
{
    /// <summary>What is written here needs neither checks nor escapes: names are literals, ids digits.</summary>
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    static readonly JsonEncodedText _interval = JsonEncodedText.Encode("interval");
    static readonly JsonEncodedText _swarms = JsonEncodedText.Encode("swarms");
    static readonly JsonEncodedText _id = JsonEncodedText.Encode("id");
    static readonly JsonEncodedText _complete = JsonEncodedText.Encode("complete");
    static readonly JsonEncodedText _incomplete = JsonEncodedText.Encode("incomplete");
    static readonly JsonEncodedText _peers = JsonEncodedText.Encode("peers");
    static readonly JsonEncodedText _peer = JsonEncodedText.Encode("peer");
    static readonly JsonEncodedText _addresses = JsonEncodedText.Encode("addresses");
    static readonly JsonEncodedText _port = JsonEncodedText.Encode("port");

    public static void Write(Utf8JsonWriter json, Announce announce, AnnounceAnswer answer, int intervalSeconds)
    {
        json.WriteStartObject();
        json.WriteNumber(_interval, intervalSeconds);
        json.WriteStartArray(_swarms);
        for (var i = 0; i < answer.Swarms.Length; i++)
            WriteSwarm(json, announce, answer, i);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    static void WriteSwarm(Utf8JsonWriter json, Announce announce, AnnounceAnswer answer, int index)
    {
        ref readonly var asked = ref announce.Swarms[index];
        ref readonly var swarm = ref answer.Swarms[index];
        Span<byte> id = stackalloc byte[SwarmHash.Size];
        asked.Id.Write(id);
        json.WriteStartObject();
        WriteHex(json, _id, id);
        json.WriteNumber(_complete, swarm.Complete);
        json.WriteNumber(_incomplete, swarm.Incomplete);
        json.WriteStartArray(_peers);
        var asker = announce.RecordIn(asked);
        foreach (ref readonly var peer in answer.PeersOf(swarm))
            WritePeer(json, asker, peer);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WritePeer(Utf8JsonWriter json, in PeerRecord asker, in PeerRecord peer)
    {
        Span<HostAddress> addresses = stackalloc HostAddress[Introductions.AddressesMax];
        Span<byte> id = stackalloc byte[16];
        Span<byte> text = stackalloc byte[HostAddress.TextMax];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(id, peer.Id);
        json.WriteStartObject();
        WriteHex(json, _peer, id);
        json.WriteStartArray(_addresses);
        foreach (var address in addresses[..Introductions.Tell(asker, peer, addresses)])
            json.WriteStringValue(text[..address.Format(text)]);
        json.WriteEndArray();
        json.WriteNumber(_port, peer.Port);
        json.WriteEndObject();
    }

    static void WriteHex(Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digits = stackalloc byte[SwarmHash.Size * 2];
        Convert.TryToHexStringLower(bytes, digits, out var written);
        json.WriteString(name, digits[..written]);
    }
}
