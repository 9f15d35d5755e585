using System.Net;
using CsCheck;
using Haul.Engine.Discovery;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>What goes over the wire of multicast DNS comes out as it went in, and what is no message does no harm.</summary>
public sealed class DnsMessageTests
{
    static readonly Gen<string> _label = Gen.Char['\0', '\xFF'].Array[1, 20].Select(letters => new string(letters));
    static readonly Gen<DnsName> _name = Gen.OneOf(_label.Array[0, 6].Select(labels => DnsName.Of(labels)), Gen.Int[0, 2].Select(i => new[] { PresenceRecords.Service, PresenceRecords.ServiceList, DnsName.Of("a", "local") }[i]));
    static readonly Gen<uint> _ttl = Gen.UInt[0, int.MaxValue];

    static readonly Gen<DnsRecord> _record = Gen.OneOf(
        Gen.Select(_name, _ttl, Gen.Bool, Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), (name, ttl, flush, bytes) => (DnsRecord)new AddressRecord(name, ttl, flush, new IPAddress(bytes))),
        Gen.Select(_name, _ttl, Gen.Bool, _name, (name, ttl, flush, target) => (DnsRecord)new PointerRecord(name, ttl, flush, target)),
        Gen.Select(_name, _ttl, Gen.Bool, _name, Gen.UShort, (name, ttl, flush, host, port) => (DnsRecord)new ServiceRecord(name, ttl, flush, host, port) { Priority = 3, Weight = 700 }),
        Gen.Select(_name, _ttl, Gen.Bool, _label.List[0, 5], (name, ttl, flush, texts) => (DnsRecord)new TextRecord(name, ttl, flush, TextRecord.Join(texts))));

    static readonly Gen<DnsMessage> _message = Gen.Select(
        Gen.UShort, Gen.Bool, Gen.Bool, Gen.Select(_name, Gen.Enum<DnsType>(), Gen.Bool, (name, type, alone) => new DnsQuestion(name, type, alone)).List[0, 4], _record.List[0, 6], _record.List[0, 3],
        (id, isAnswer, isCut, questions, answers, others) => new DnsMessage(id, isAnswer, isCut, questions, answers, others, answers));

    [Fact]
    public void A_message_comes_out_as_it_went_in() => _message.Sample(message => AssertSame(message, DnsReader.Read(DnsWriter.Write(message))));

    [Fact]
    public void Any_bytes_are_a_message_or_none() => Gen.Byte.Array[0, 600].Sample(bytes => _ = DnsReader.Read(bytes), iter: 20_000);

    [Fact]
    public void A_message_with_wrong_bytes_is_one_that_can_be_written_or_none() =>
        Gen.Select(_message, Gen.Int[0, 4000].Array[1, 6], Gen.Byte, Gen.Int[0, 4000]).Sample((message, places, value, cut) =>
        {
            var bytes = DnsWriter.Write(message);
            foreach (var place in places)
                bytes[place % bytes.Length] ^= value;
            if (DnsReader.Read(bytes.AsSpan(0, Math.Min(bytes.Length, cut))) is { } read)
                AssertSame(read, DnsReader.Read(DnsWriter.Write(read)));
        }, iter: 5_000);

    [Fact]
    public void A_name_that_comes_again_is_a_pointer()
    {
        var bytes = DnsWriter.Write(DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr), new DnsQuestion(PresenceRecords.Service, DnsType.Any)));

        Assert.Equal("c00c00ff0001", Convert.ToHexStringLower(bytes.AsSpan(bytes.Length - 6)));
    }

    [Theory]
    // Each is the name of a question at offset 12.
    [InlineData("c00c", "to itself")]
    [InlineData("c00e", "ahead")]
    [InlineData("c00d", "into itself")]
    [InlineData("0161c00c", "to where it began")]
    [InlineData("c0", "cut")]
    [InlineData("ffff", "behind the end")]
    [InlineData("40", "no length and no pointer")]
    [InlineData("80", "no length and no pointer")]
    [InlineData("0561", "a label that is cut")]
    [InlineData("0161", "a name without end")]
    public void A_name_that_leads_nowhere_makes_no_message(string name, string why)
    {
        var bytes = Convert.FromHexString($"000000000001000000000000{name}{(why.StartsWith("a ", StringComparison.Ordinal) || why == "cut" ? "" : "000c0001")}");

        Assert.Null(DnsReader.Read(bytes));
    }

    [Fact]
    public void A_chain_of_pointers_ends_after_sixteen()
    {
        Assert.NotNull(DnsReader.Read(Chain(16)));
        Assert.Null(DnsReader.Read(Chain(17)));

        // A record of an unknown type holds a name and pointers, each to the one before; the next record's name is the last.
        static byte[] Chain(int pointers)
        {
            var data = new List<byte> { 1, (byte)'a', 0 };
            for (var i = 1; i < pointers; i++)
                data.AddRange([0xC0, (byte)(23 + (i == 1 ? 0 : 3 + 2 * (i - 2)))]);
            return
            [
                .. Convert.FromHexString("000084000000000200000000" + "00" + "00ff0001" + "00000000"), 0, (byte)data.Count, .. data,
                0xC0, (byte)(23 + (pointers == 1 ? 0 : 3 + 2 * (pointers - 2))), .. Convert.FromHexString("0001000100000001000401020304"),
            ];
        }
    }

    [Fact]
    public void A_name_has_255_bytes_at_most()
    {
        Assert.NotNull(DnsName.TryOf([.. Enumerable.Repeat(new string('a', 62), 4)]));
        Assert.Null(DnsName.TryOf([.. Enumerable.Repeat(new string('a', 63), 4)]));
        Assert.Null(DnsName.TryOf(new string('a', 64)));
        Assert.Null(DnsName.TryOf("a", ""));
        var label = "3f" + string.Concat(Enumerable.Repeat("61", 63));
        Assert.NotNull(DnsReader.Read(Convert.FromHexString($"000000000001000000000000{label}{label}{label}00000c0001")));
        Assert.Null(DnsReader.Read(Convert.FromHexString($"000000000001000000000000{label}{label}{label}{label}00000c0001")));
    }

    [Fact]
    public void Capitals_make_no_other_name()
    {
        Assert.Equal(DnsName.Of("_HAUL", "_tcp", "Local"), PresenceRecords.Service);
        Assert.NotEqual(DnsName.Of("É"), DnsName.Of("é"));
        Assert.NotEqual(DnsName.Of("a.b"), DnsName.Of("a", "b"));
    }

    [Fact]
    public void Unknown_types_and_classes_are_passed_over()
    {
        var name = "0161056c6f63616c00";
        var bytes = Convert.FromHexString($"000084000000000300000000{name}002f80010000000a0003aabbcc" + $"{name}000100030000000a000401020304" + $"{name}00018001000000780004c0a80102");

        var only = Assert.Single(DnsReader.Read(bytes)!.Answers);

        Assert.Equal(new AddressRecord(DnsName.Of("a", "local"), 120, true, IPAddress.Parse("192.168.1.2")), only);
    }

    [Theory]
    [InlineData("0001", "000301020300", "an address of three bytes")]
    [InlineData("001c", "000401020304", "an address of IPv6 with four")]
    [InlineData("0010", "000205610000", "a text behind the end")]
    [InlineData("0021", "000400000000", "a service without host")]
    [InlineData("000c", "0005c00c000000", "a pointer and more")]
    [InlineData("0001", "ffff01020304", "less than was said")]
    public void A_record_that_is_not_what_it_says_makes_no_message(string type, string data, string why) =>
        Assert.True(DnsReader.Read(Convert.FromHexString($"0000840000000001000000000161056c6f63616c00{type}000100000078{data}")) is null, why);

    [Theory]
    [InlineData("000008000000000000000000", "another operation")]
    [InlineData("000084030000000000000000", "an error")]
    [InlineData("0000840000000000000000", "half a head")]
    [InlineData("000084000000ffff00000000", "more records than fit")]
    public void What_is_no_message_for_us_is_none(string bytes, string why) => Assert.True(DnsReader.Read(Convert.FromHexString(bytes)) is null, why);

    [Fact]
    public void A_message_that_is_too_long_is_not_looked_at()
    {
        var message = DnsWriter.Write(DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr)));

        Assert.NotNull(DnsReader.Read([.. message, .. new byte[DnsMessage.SizeMax - message.Length]]));
        Assert.Null(DnsReader.Read([.. message, .. new byte[DnsMessage.SizeMax - message.Length + 1]]));
    }

    [Fact]
    public void The_first_of_two_texts_counts()
    {
        var text = new TextRecord(PresenceRecords.Service, 1, true, TextRecord.Join("ID=1", "id=2", "=x", "idle", "v="));

        Assert.Equal(("1", "", null), (text.Find("id"), text.Find("v"), text.Find("g")));
    }

    static void AssertSame(DnsMessage expected, DnsMessage? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal((expected.Id, expected.IsAnswer, expected.IsTruncated), (actual.Id, actual.IsAnswer, actual.IsTruncated));
        Assert.Equal(expected.Questions, actual.Questions);
        Assert.Equal(expected.Answers, actual.Answers);
        Assert.Equal(expected.Authorities, actual.Authorities);
        Assert.Equal(expected.Additionals, actual.Additionals);
    }
}
