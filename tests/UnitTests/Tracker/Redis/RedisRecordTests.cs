using System.Net;
using CsCheck;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Redis;

/// <summary>How a peer stands in Redis.</summary>
public sealed class RedisRecordTests
{
    const int CompactMax = 64; // hash-max-listpack-value of Redis as it comes

    static readonly UInt128 _id = new(1, 2);

    static readonly Gen<HostAddress> _addresses = Gen.OneOf(
        Gen.Byte.Array[4].Select(bytes => HostAddress.Of(new IPAddress(bytes))),
        Gen.Byte.Array[16].Select(bytes => HostAddress.Of(new IPAddress(bytes))));

    static readonly Gen<RedisRecord> _records =
        from observed in _addresses
        from own in _addresses.Array[0, Announce.AddressesMax]
        from isAlsoOwn in Gen.Bool
        from numbers in Gen.OneOf(Gen.Const(0L), Gen.Long[0, Announce.BytesMax], Gen.Const(long.MaxValue)).Array[3]
        from site in Gen.OneOf(Gen.Const(0UL), Gen.ULong)
        from port in Gen.UShort
        from expiry in Gen.UInt
        from mode in Gen.Enum<PeerMode>()
        from flags in Gen.Bool.Array[2]
        select new RedisRecord(
            new PeerRecord { Id = _id, Observed = observed, Own = isAlsoOwn && own.Length > 0 ? [observed, .. own[1..]] : own, Site = site, Port = port, Mode = mode, IsComplete = flags[0], IsRestricted = flags[1] },
            new PeerTotals(numbers[0], numbers[1], numbers[2]),
            expiry);

    [Fact]
    public void What_is_written_is_read() => _records.Sample(record =>
    {
        var bytes = record.Write();
        var read = Assert.NotNull(RedisRecord.Read(_id, bytes));
        Assert.Equal(record.Peer.Own, read.Peer.Own);
        Assert.Equal(record.Peer with { Own = [] }, read.Peer with { Own = [] });
        Assert.Equal((record.Totals, record.ExpiresAt), (read.Totals, read.ExpiresAt));
        Assert.Equal(record.Peer.IsComplete, (bytes[8] & RedisRecord.CompleteBit) != 0);
    });

    [Fact]
    public void Anything_else_is_none() => Gen.Select(_records, Gen.Int[0, 400], Gen.Int[0, 7]).Sample((record, at, bit) =>
    {
        var bytes = record.Write();
        Assert.Null(RedisRecord.Read(_id, bytes.AsSpan(0, at % bytes.Length)));
        Assert.Null(RedisRecord.Read(_id, [.. bytes, 1]));
        bytes[at % bytes.Length] ^= (byte)(1 << bit);
        _ = RedisRecord.Read(_id, bytes); // whatever it says, it says something
    });

    [Theory]
    [InlineData("203.0.113.7", "10.1.2.3", "192.168.7.7")]
    [InlineData("2001:db8::1234:5678:9abc:def0", "2001:db8::1234:5678:9abc:def0")]
    public void Most_are_kept_in_the_compact_form(string observed, params string[] own)
    {
        var record = new RedisRecord(
            new PeerRecord { Id = _id, Observed = HostAddress.Of(IPAddress.Parse(observed)), Own = [.. own.Select(each => HostAddress.Of(IPAddress.Parse(each)))], Site = ulong.MaxValue, Port = 7680, Mode = PeerMode.Internet },
            new PeerTotals(40L << 30, 40L << 30, 40L << 30),
            uint.MaxValue);

        Assert.InRange(record.Write().Length, 1, CompactMax);
    }
}
