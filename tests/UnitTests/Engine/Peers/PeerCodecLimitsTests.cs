using Haul.Engine.Peers;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Each limit of each field: the examples, changed in one place.</summary>
public sealed class PeerCodecLimitsTests
{
    /// <summary>Message, offset among its fields, the bytes put there, and what the failure names.</summary>
    public static TheoryData<string, int, string, string> Breaches => new()
    {
        { "Hello", 0, "4841554d", "HAUL" },
        { "Hello", 4, "0000", "lowest version" },
        { "Hello", 4, "0002", "highest version" },
        { "Hello", 46, "00", "public key" },
        { "Hello", 46, "81", "public key" },
        { "Hello", 46, "5c", "public key" },
        { "Proof", 32, "3f", "signature" },
        { "Proof", 32, "00", "behind its end" },
        { "Proof", 32, "ff", "signature" },
        { "Meta", 36, "ffffffffffffffff", "length" },
        { "Meta", 36, "8000000000000000", "length" },
        { "Meta", 36, "0000100000000001", "length" },
        { "Meta", 44, "00018000", "power of two" },
        { "Meta", 44, "00002000", "piece size" },
        { "Meta", 44, "00200000", "piece size" },
        { "Meta", 44, "80004000", "piece size" },
        { "Meta", 36, "000000400000000100004000", "more than 16777216 pieces" },
        { "Meta", 48, "0000", "slice" },
        { "Meta", 54, "08", "flags" },
        { "Bitmap", 6, "01000000", "first piece" },
        { "Bitmap", 6, "80000000", "first piece" },
        { "Bitmap", 6, "00fffff5", "count" },
        { "Bitmap", 10, "00000000", "count" },
        { "Bitmap", 10, "00040001", "count" },
        { "Bitmap", 10, "ffffffff", "count" },
        { "Bitmap", 10, "0000000b", "behind the last piece" },
        { "Bitmap", 10, "00000011", "bits" },
        { "Bitmap", 10, "00000008", "behind its end" },
        { "Have", 6, "0401", "count" },
        { "Have", 6, "ffff", "count" },
        { "Have", 6, "0004", "pieces" },
        { "Have", 6, "0002", "behind its end" },
        { "Have", 8, "01000000", "piece" },
        { "Claim", 4, "01000000", "slice" },
        { "Claim", 8, "00000000", "lease" },
        { "Claim", 8, "000927c1", "lease" },
        { "Renew", 8, "ffffffff", "lease" },
        { "Release", 4, "80000000", "slice" },
        { "Request", 8, "01000000", "piece" },
        { "Request", 12, "00100000", "offset" },
        { "Request", 12, "ffffffff", "offset" },
        { "Request", 16, "00000000", "length" },
        { "Request", 16, "000c0001", "length" },
        { "Request", 16, "ffffffff", "length" },
        { "Data", 8, "00100000", "offset" },
        { "Busy", 8, "00000000", "code" },
        { "Busy", 12, "000927c1", "retry" },
        { "Attest", 4, "00", "key" },
        { "Attest", 4, "81", "key" },
        { "Attest", 192, "0000", "count" },
        { "Attest", 192, "0201", "count" },
        { "Attest", 192, "0003", "pieces" },
        { "Attest", 192, "0001", "behind its end" },
        { "Attest", 230, "00000005", "stands behind" },
        { "Attest", 230, "00000004", "stands behind" },
        { "Attest", 230, "01000000", "piece" },
        { "Peers", 4, "41", "count" },
        { "Peers", 4, "ff", "count" },
        { "Peers", 4, "03", "family" },
        { "Peers", 4, "01", "behind its end" },
        { "Peers", 5, "00", "family" },
        { "Peers", 5, "06", "" },
        { "Peers", 10, "0000", "port" },
        { "Peers", 13, "00000000000000000000ffffc0000201", "dress" },
        { "Bye", 4, "0101", "text" },
        { "Bye", 4, "0006", "text" },
        { "Bye", 4, "0004", "behind its end" },
        { "Bye", 6, "ff", "UTF-8" },
        { "Bye", 10, "c3", "UTF-8" },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_field_beyond_its_limit_is_refused_by_its_name(string name, int at, string bytes, string named)
    {
        var kind = Enum.Parse<PeerMessageKind>(name);
        var frame = PeerCodec.Write(PeerExamples.All[kind]);
        Convert.FromHexString(bytes).CopyTo(frame, PeerFrame.HeadBytes + at);

        var refused = PeerCodec.Read(kind, frame.AsSpan(PeerFrame.HeadBytes)).Failure;

        Assert.NotNull(refused);
        Assert.StartsWith($"The peer's {name.ToUpperInvariant()} ", refused.Text, StringComparison.Ordinal);
        Assert.Contains(named, refused.Text, StringComparison.Ordinal);
        Assert.Contains(refused.Code, new[] { DO_E_INVALID_PEER_MSG, DO_E_PEER_MSG_TOO_LONG, DO_E_INVALID_HANDSHAKE_LEN });
    }

    [Fact]
    public void Data_ends_within_the_piece()
    {
        var body = PeerCodec.Write(new PeerMessage.Bytes(1, 2, PeerLimits.RequestBytesMax - 100)).AsSpan(PeerFrame.HeadBytes);

        Assert.True(PeerCodec.Read(new PeerFrame(PeerMessageKind.Data, body.Length, 100), body).Succeeded);
        Assert.Equal(DO_E_INVALID_PEER_MSG, PeerCodec.Read(new PeerFrame(PeerMessageKind.Data, body.Length, 101), body).Code);
    }

    [Fact]
    public void What_fills_a_limit_is_taken()
    {
        PeerMessage[] full =
        [
            new PeerMessage.Meta(uint.MaxValue, default, (long)PeerLimits.PiecesMax << 20, 1 << 20, ushort.MaxValue, uint.MaxValue, MetaFlags.IsComplete),
            new PeerMessage.Request(1, 2, new(PeerLimits.PiecesMax - 1), 0, PeerLimits.RequestBytesMax),
            new PeerMessage.Request(1, 2, new(0), PeerLimits.RequestBytesMax - 1, 1),
            new PeerMessage.Claim(1, PeerLimits.PiecesMax - 1, PeerLimits.LeaseMillisecondsMax, uint.MaxValue),
        ];

        Assert.All(full, message => Assert.Null(PeerCodec.Read((PeerMessageKind)PeerCodec.Write(message)[4], PeerCodec.Write(message).AsSpan(PeerFrame.HeadBytes)).Failure));
    }
}
