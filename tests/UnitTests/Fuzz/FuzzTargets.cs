using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Haul.Engine.Discovery;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Engine.Uploads;
using Haul.Tracker.Announces;
using Haul.UnitTests.Engine.Peers;

namespace Haul.UnitTests.Fuzz;

/// <summary>All readers of what strangers send, and of what lies on a disk that somebody may have changed.</summary>
static class FuzzTargets
{
    static readonly byte[] _nonce = PeerExamples.Run(7, 32);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("frames", Frames, () => [.. PeerExamples.All.Values.Select(PeerCodec.Write), [.. PeerExamples.All.Values.SelectMany(PeerCodec.Write)]]),
        new("handshake", Handshake, Handshakes),
        new("dns", Dns, DnsMessages),
        new("datagram", bytes => ContentDatagram.Read(bytes)?.Write(), () =>
        [
            new ContentDatagram(ContentDatagramType.Want, new PeerId(77), 7690, 480_000, [1, 2, 3]).Write(),
            new ContentDatagram(ContentDatagramType.Have, new PeerId(78), 0, ulong.MaxValue, [.. Enumerable.Range(0, 64).Select(i => (ulong)i << 50)]).Write(),
        ]),
        new("tracker", Tracker, TrackerAnswers),
        new("announce", Announces, () => [JsonSerializer.SerializeToUtf8Bytes(
            new TrackerAnnounce(new string('b', 32), 7690, ["192.0.2.1", "2001:db8::1"], "hall", "subnet", [new TrackerSwarm(new string('1', 64), 5, 6, 7, 8, "group", 9, "started")]), TrackerJson.Default.TrackerAnnounce)]),
        new("manifest", Manifests, ManifestTexts),
        new("shelf", Shelf, Shelves),
        new("group", bytes => GroupFile.Parse(bytes, "here") is { Succeeded: true } read ? GroupFile.Write(read.Value) : null, () =>
            [GroupFile.Write(PeerExamples.Group()), GroupFile.Write(PeerExamples.Group("a.b-c_d", 9, GroupTransport.Plain))]),
        .. HttpFuzzTargets.All,
    ];

    /// <summary>Frames behind each other, up to the first that is refused: what a connection reads.</summary>
    static byte[]? Frames(byte[] bytes)
    {
        var (written, at) = (new List<byte>(), 0);
        while (bytes.Length - at >= PeerFrame.HeadBytes && PeerFrame.Read(bytes.AsSpan(at, PeerFrame.HeadBytes), isSealed: false) is { Succeeded: true } frame)
        {
            at += PeerFrame.HeadBytes;
            var end = at + frame.Value.BodyBytes + frame.Value.PayloadBytes;
            if (end > bytes.Length || PeerCodec.Read(frame.Value, bytes.AsSpan(at, frame.Value.BodyBytes)) is not { Succeeded: true } message)
                break;
            var again = new byte[PeerCodec.SizeOf(message.Value)];
            PeerCodec.Write(message.Value, again, frame.Value.PayloadBytes);
            written.AddRange(again);
            written.AddRange(bytes.AsSpan(at + frame.Value.BodyBytes, frame.Value.PayloadBytes));
            at = end;
        }
        return at == 0 || written.Count == 0 ? null : [.. written];
    }

    /// <summary>All that one who connects may say before it has proved anything; what comes of it has no form in bytes.</summary>
    static byte[]? Handshake(byte[] bytes)
    {
        using var own = PeerExamples.Identity(2);
        var handshake = new PeerHandshake(TermsOf(own, isInitiator: false));
        for (var at = 0; bytes.Length - at >= PeerFrame.HeadBytes;)
        {
            var frame = PeerFrame.Read(bytes.AsSpan(at, PeerFrame.HeadBytes), isSealed: false);
            at += PeerFrame.HeadBytes;
            if (!frame.Succeeded || at + frame.Value.BodyBytes > bytes.Length)
                return null;
            var message = PeerCodec.Read(frame.Value, bytes.AsSpan(at, frame.Value.BodyBytes));
            at += frame.Value.BodyBytes;
            if (!message.Succeeded || handshake.Take(message.Value) is not { Failure: null } step)
                return null;
            if (step.Session is not null)
                return null;
        }
        return null;
    }

    static IReadOnlyList<byte[]> Handshakes()
    {
        using var ann = PeerExamples.Identity(1);
        using var bob = PeerExamples.Identity(2);
        var (caller, called) = (new PeerHandshake(TermsOf(ann, isInitiator: true)), new PeerHandshake(TermsOf(bob, isInitiator: false)));
        var hello = caller.Start()!;
        var proof = caller.Take(called.Take(hello).Answer!).Answer!;
        Assert.NotNull(called.Take(proof).Session);
        return [[.. PeerCodec.Write(hello), .. PeerCodec.Write(proof)], PeerCodec.Write(hello), PeerCodec.Write(proof)];
    }

    static HandshakeTerms TermsOf(PeerIdentity own, bool isInitiator) =>
        new() { Own = own, Group = PeerExamples.Group(transport: GroupTransport.Plain), IsInitiator = isInitiator, CertificateKey = null, Nonce = _nonce };

    static byte[]? Dns(byte[] bytes) => DnsReader.Read(bytes) is { } message ? DnsWriter.Write(message) : null;

    static IReadOnlyList<byte[]> DnsMessages()
    {
        var service = DnsName.Of("_haul", "_tcp", "local");
        var (instance, host) = (service.Child("4f00000000000000000000000000004d"), DnsName.Of("4d", "local"));
        DnsRecord[] records =
        [
            new PointerRecord(service, 4500, false, instance),
            new ServiceRecord(instance, 120, true, host, 7690),
            new AddressRecord(host, 120, true, IPAddress.Parse("192.0.2.1")),
            new AddressRecord(host, 120, true, IPAddress.Parse("2001:db8::1")),
            new TextRecord(instance, 4500, true, "\u0005v=1\u0003\u00ffgx"),
        ];
        return
        [
            DnsWriter.Write(DnsMessage.Question(new DnsQuestion(service, DnsType.Any, false))),
            DnsWriter.Write(DnsMessage.Answer(records[..1], records[1..])),
            DnsWriter.Write(new DnsMessage(9, false, true, [new DnsQuestion(instance, DnsType.Any, true)], records, records[1..], [])),
        ];
    }

    /// <summary>What a tracker answers; what comes of it has no form in bytes.</summary>
    static byte[]? Tracker(byte[] bytes)
    {
        using var http = new HttpMessageInvoker(new Answering(bytes));
        var exchange = new TrackerExchange(http, new TrackerTarget(new Uri("https://tracker.example/"), new PeerId(5), 7690) { Addresses = static () => [] }, TimeProvider.System);
        var reply = exchange.RunAsync([new TrackerDue(new SwarmId(default), new TrackerPart(1, TrackerMode.Lan, 50), null)], Timeout.InfiniteTimeSpan, CancellationToken.None);
        Assert.True(reply.IsCompleted);
        _ = reply.GetAwaiter().GetResult();
        return null;
    }

    static IReadOnlyList<byte[]> TrackerAnswers()
    {
        var peer = new TrackerPeer(new string('a', 32), ["192.0.2.1", "2001:db8::1"], 7690);
        return
        [
            JsonSerializer.SerializeToUtf8Bytes(new TrackerAnswer(60, [new TrackerSwarmAnswer(new string('0', 64), [peer, null]), null]), TrackerJson.Default.TrackerAnswer),
            "{\"interval\":1e300,\"swarms\":null,\"more\":[[{}]]}"u8.ToArray(),
        ];
    }

    /// <summary>A tracker that answers at once.</summary>
    sealed class Answering(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
    }

    /// <summary>What an agent says to a tracker: it is noted down, and has no form in bytes.</summary>
    static byte[]? Announces(byte[] bytes)
    {
        _ = AnnounceReader.Read(bytes, new Announce());
        return null;
    }

    /// <summary>A manifest as it comes over the line, in parts.</summary>
    static byte[]? Manifests(byte[] bytes)
    {
        using var reader = new PieceHashReader(ManifestPin.None, lengthBytes: -1, "file");
        for (var at = 0; at < bytes.Length; at += 1000)
        {
            if (reader.Take(bytes.AsSpan(at, Math.Min(1000, bytes.Length - at))) is not null)
                return null;
        }
        return reader.Finish() is { Succeeded: true } read ? PieceHashFile.Write(read.Value) : null;
    }

    static IReadOnlyList<byte[]> ManifestTexts()
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return
        [
            PieceHashFile.Write(Manifest.Of(content, Manifest.PieceSizeMin)),
            PieceHashFile.Write(Manifest.Of([])),
            System.Text.Encoding.UTF8.GetBytes($"""<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="file"><size>100000</size><pieces length="131072" type="sha-256"><hash>{hash}</hash></pieces></file></metalink>"""),
            System.Text.Encoding.UTF8.GetBytes("<html><body>Please log in</body></html>"),
        ];
    }

    /// <summary>A record of what is kept, whose checksum is made to fit: a disk that fails is caught by that, and who changes it on purpose is not.</summary>
    static byte[]? Shelf(byte[] bytes)
    {
        var body = bytes.Length >= PieceHash.Size ? bytes[..^PieceHash.Size] : bytes;
        return ShelfRecord.Read([.. body, .. SHA256.HashData(body)]) is { Succeeded: true } read ? read.Value.ToBytes() : null;
    }

    static IReadOnlyList<byte[]> Shelves()
    {
        var record = new ShelfRecord
        {
            Content = new ContentId(ContentIdKind.Whole, PieceHash.Read(PeerExamples.Run(1, 32)), 2_500_000),
            Layout = new PieceLayout(2_500_000),
            GroupId = PeerExamples.Group().GroupId,
            IsProvedByManifest = true,
            State = new FileState(new FileIdentity(1, 2), 2_500_000, 3, 0),
            AddedAt = DateTimeOffset.UnixEpoch,
            Hashes = [.. Enumerable.Range(0, 3).Select(i => PieceHash.Read(PeerExamples.Run(i, 32)))],
        };
        return [record.ToBytes(), (record with { GroupId = null, HasCredentials = true }).ToBytes()];
    }
}
