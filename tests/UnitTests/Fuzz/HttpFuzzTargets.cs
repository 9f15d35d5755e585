using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Haul.Agent.RestCompat;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;
using Haul.UnitTests.Engine.Peers;

namespace Haul.UnitTests.Fuzz;

/// <summary>Readers of what servers and local programs send, of what stands beside a file that is not whole yet, and of what trackers share.</summary>
static class HttpFuzzTargets
{
    static readonly Uri _from = new("https://origin.example/a/b?c");

    static readonly FileState _state = new(new FileIdentity(1, 2), 2_500_000, 3, 0);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("link", Links, () =>
        [
            "<https://mirror.example/a>; rel=duplicate; pri=1; geo=de, </b.meta4>; rel=describedby; type=\"application/metalink4+xml\""u8.ToArray(),
            "<x> ; rel = \"duplicate next\";title=\"a, \\\"b\\\"; <c>\";anchor=\"#d\",<>;rel=describedby"u8.ToArray(),
        ]),
        new("repr-digest", Digests, () =>
        [
            Encoding.ASCII.GetBytes($"sha-512=:AAAA:, sha-256=:{Convert.ToBase64String(PeerExamples.Run(1, 32))}:"),
            Encoding.ASCII.GetBytes($"SHA-256={Convert.ToBase64String(PeerExamples.Run(2, 32))},md5=AAAA"),
        ]),
        new("validator", bytes => Validator.Parse(Encoding.Latin1.GetString(bytes)) is { } read ? Encoding.Latin1.GetBytes(read.Serialize()) : null, () =>
        [
            "2500000|630822816000000000|\"e|tag\""u8.ToArray(),
            Encoding.ASCII.GetBytes($"-1|#{new string('a', 64)}|"),
        ]),
        new("rest", Requests, () =>
        [
            "POST /download/create?Uri=http%3A%2F%2Fa.example%2Fb&DownloadFilePath=%2Ftmp%2Fc%20d HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET download/getstatus?Id=1 HTTP/1.1\r\n\r\n"u8.ToArray(),
            "\r\n\r\nPOST /download/setproperty/?PropertyKey=%E2%82%AC&Id&Id=+&id=2 HTTP/1.1\r\nX:\r\n\r\n"u8.ToArray(),
        ]),
        new("checkpoint", Checkpoint, Checkpoints),
        new("journal", Journal, Journals),
    ];

    /// <summary>Link headers of an answer, written with all that is kept of each.</summary>
    static byte[]? Links(byte[] bytes)
    {
        var links = LinkHeader.Read(Encoding.Latin1.GetString(bytes), _from);
        var text = string.Join(',', links.Select(link => string.Create(CultureInfo.InvariantCulture,
            $"<{link.Target.AbsoluteUri}>;rel=\"{link.Relation}\";pri={link.Priority}{(link.Country is { } country ? $";geo={country}" : "")}")));
        // Types may hold anything, and a page of them in full is longer than what is looked at: what is told of them is that they were read.
        return links.Count == 0 || text.Length > LinkHeader.TextMax || links.Any(link => link.Relation.AsSpan().ContainsAny('"', '\\')) ? null : Encoding.Latin1.GetBytes(text);
    }

    /// <summary>A digest that a server names, in either header.</summary>
    static byte[]? Digests(byte[] bytes)
    {
        PieceHash? found = null;
        foreach (var header in new[] { "Repr-Digest", "Digest" })
        {
            using var response = new HttpResponseMessage();
            if (response.Headers.TryAddWithoutValidation(header, Encoding.Latin1.GetString(bytes)))
                found ??= ReprDigest.Of(response);
        }
        if (found is not { } digest)
            return null;
        var hash = new byte[PieceHash.Size];
        digest.Write(hash);
        return Encoding.ASCII.GetBytes($"sha-256=:{Convert.ToBase64String(hash)}:");
    }

    /// <summary>All requests of a connection, in segments; what comes of them has no form in bytes.</summary>
    static byte[]? Requests(byte[] bytes)
    {
        var parser = new RestParser(4096);
        for (var at = 0; at < bytes.Length;)
        {
            var room = parser.Room;
            var count = Math.Min(Math.Min(room.Length, 7), bytes.Length - at);
            Assert.True(count > 0);
            bytes.AsSpan(at, count).CopyTo(room.Span);
            parser.Add(count);
            at += count;
            RestParsed parsed;
            while ((parsed = parser.TryTake(out var request)) == RestParsed.Request)
                _ = RestTarget.Parse(request.Target)?.Parameters();
            if (parsed == RestParsed.Bad)
                return null;
        }
        return null;
    }

    /// <summary>A checkpoint, whose checks are made to fit, as far as it is whole.</summary>
    static byte[]? Checkpoint(byte[] bytes)
    {
        if (bytes.Length < CheckpointFormat.HeadBytes || !CheckpointFormat.IsOf(bytes.AsSpan(0, CheckpointFormat.HeadBytes), new PieceLayout(2_500_000), 9, _state))
            return null;
        var written = bytes[..CheckpointFormat.HeadBytes].ToList();
        for (var at = CheckpointFormat.HeadBytes; bytes.Length - at >= CheckpointFormat.SlotBytes; at += CheckpointFormat.SlotBytes)
        {
            if (!CheckpointFormat.TryReadSlot(bytes.AsSpan(at, CheckpointFormat.SlotBytes), out var hash, out var state))
                break;
            var slot = new byte[CheckpointFormat.SlotBytes];
            CheckpointFormat.WriteSlot(slot, hash, state);
            written.AddRange(slot);
        }
        return [.. written];
    }

    /// <summary>A batch of the journal that trackers share, as far as it can be read.</summary>
    static byte[]? Journal(byte[] bytes)
    {
        var batch = new JournalBatch();
        var reader = new JournalReader(bytes);
        var count = 0;
        for (var announce = new Announce(); !reader.IsAtEnd && reader.TryRead(announce) && batch.HasRoom; count++)
        {
            Add(batch, announce);
            announce.Clear();
        }
        return count == 0 ? null : batch.Bytes.ToArray();
    }

    static void Add(JournalBatch batch, Announce announce)
    {
        var answer = new AnnounceAnswer();
        foreach (ref readonly var _ in announce.Swarms)
            answer.Begin().IsNews = true;
        batch.Add(announce, answer, announce.Swarms.Length);
    }

    static IReadOnlyList<byte[]> Journals()
    {
        var batch = new JournalBatch();
        foreach (var own in new[] { "10.0.0.5 2001:db8::5", "203.0.113.7", "" })
        {
            var announce = new Announce { Group = new UInt128(1, 2), Now = 1_800_000_000, ExpiresAt = 1_800_000_750 };
            announce.Peer = new PeerRecord
            {
                Id = new UInt128(3, 4),
                Observed = HostAddress.Of(IPAddress.Parse("203.0.113.7")),
                Own = [.. own.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(each => HostAddress.Of(IPAddress.Parse(each)))],
                Site = own.Length == 0 ? 0UL : 5,
                Port = 7680,
                IsRestricted = own.Length == 0,
            };
            announce.Add() = new SwarmAnnounce { Id = new SwarmHash(6, 7), Left = 1_000_000, Totals = new PeerTotals(200, 0, 1L << 40), Mode = PeerMode.Group, Event = AnnounceEvent.Started };
            announce.Add() = new SwarmAnnounce { Id = new SwarmHash(8, 9), Mode = PeerMode.Internet, Event = AnnounceEvent.Stopped };
            Add(batch, announce);
        }
        return [batch.Bytes.ToArray()];
    }

    static IReadOnlyList<byte[]> Checkpoints()
    {
        var head = new byte[CheckpointFormat.HeadBytes];
        CheckpointFormat.WriteHead(head, new PieceLayout(2_500_000), 9, _state);
        var (known, unknown) = (new byte[CheckpointFormat.SlotBytes], new byte[CheckpointFormat.SlotBytes]);
        CheckpointFormat.WriteSlot(known, PieceHash.Of("a"u8), SHA256.HashData("b"u8));
        CheckpointFormat.WriteSlot(unknown, PieceHash.Of("c"u8), []);
        return [[.. head, .. known, .. unknown], head];
    }
}
