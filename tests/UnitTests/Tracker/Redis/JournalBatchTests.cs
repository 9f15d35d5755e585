using System.Net;
using CsCheck;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Redis;

/// <summary>How announces stand in the journal.</summary>
public sealed class JournalBatchTests
{
    static readonly Gen<HostAddress> _addresses = Gen.OneOf(
        Gen.Byte.Array[4].Select(bytes => HostAddress.Of(new IPAddress(bytes))),
        Gen.Byte.Array[16].Select(bytes => HostAddress.Of(new IPAddress(bytes))));

    static readonly Gen<UInt128> _ids = Gen.Select(Gen.ULong, Gen.ULong).Select((high, low) => new UInt128(high, low));

    static readonly Gen<long> _counts = Gen.OneOf(Gen.Const(0L), Gen.Long[0, Announce.BytesMax], Gen.Const(Announce.BytesMax));

    static readonly Gen<SwarmAnnounce> _swarms =
        from id in Gen.Select(_ids, _ids)
        from counts in _counts.Array[4]
        from mode in Gen.Enum<PeerMode>()
        from happened in Gen.Enum<AnnounceEvent>()
        select new SwarmAnnounce { Id = new SwarmHash(id.Item1, id.Item2), Left = counts[0], Totals = new PeerTotals(counts[1], counts[2], counts[3]), Mode = mode, Event = happened };

    static readonly Gen<Announce> _announces =
        from ids in _ids.Array[2]
        from observed in _addresses
        from own in _addresses.Array[0, Announce.AddressesMax]
        from isAlsoOwn in Gen.Bool
        from site in Gen.OneOf(Gen.Const(0UL), Gen.ULong)
        from port in Gen.UShort
        from isRestricted in Gen.Bool
        from now in Gen.UInt[1_700_000_000, 2_100_000_000]
        from life in Gen.UInt[0, JournalReader.LifeMax]
        from swarms in _swarms.Array[1, Announce.SwarmsMax]
        select Make(ids, new PeerRecord { Id = ids[0], Observed = observed, Own = isAlsoOwn && own.Length > 0 ? [observed, .. own[1..]] : [.. own], Site = site, Port = port, IsRestricted = isRestricted }, now, life, swarms);

    static Announce Make(UInt128[] ids, PeerRecord peer, uint now, uint life, SwarmAnnounce[] swarms)
    {
        var announce = new Announce { Group = ids[1], Peer = peer, Now = now, ExpiresAt = now + life, CanBeTold = true };
        foreach (var swarm in swarms)
            announce.Add() = swarm;
        return announce;
    }

    // Which of the swarms are news.
    static AnnounceAnswer Answer(Announce announce, Func<int, bool> isNews)
    {
        var answer = new AnnounceAnswer();
        for (var i = 0; i < announce.Swarms.Length; i++)
            answer.Begin().IsNews = isNews(i);
        return answer;
    }

    static List<JournalBatch> TakeAll(Outbox outbox)
    {
        var all = new List<JournalBatch>();
        List<JournalBatch> some;
        do
        {
            some = [];
            outbox.Take(some);
            all.AddRange(some);
        }
        while (some.Count > 0);
        return all;
    }

    static byte[] Write(params Announce[] announces)
    {
        var outbox = new Outbox();
        foreach (var announce in announces)
            outbox.Add(announce, Answer(announce, _ => true));
        return Assert.Single(TakeAll(outbox)).Bytes.ToArray();
    }

    static void AssertSame(Announce expected, Announce read, IEnumerable<SwarmAnnounce> swarms)
    {
        Assert.Equal((expected.Group, expected.Now, expected.ExpiresAt), (read.Group, read.Now, read.ExpiresAt));
        Assert.Equal(expected.Peer, read.Peer);
        Assert.Equal(swarms, read.Swarms.ToArray());
    }

    [Fact]
    public void What_is_written_is_read() => _announces.Array[1, 5].Sample(announces =>
    {
        var reader = new JournalReader(Write(announces));
        foreach (var announce in announces)
        {
            var read = new Announce();
            Assert.True(reader.TryRead(read));
            AssertSame(announce, read, announce.Swarms.ToArray());
        }
        Assert.True(reader.IsAtEnd);
    });

    [Fact]
    public void Only_what_is_news_is_written() => Gen.Select(_announces, Gen.Int[1, 5]).Sample((announce, nth) =>
    {
        var outbox = new Outbox();
        outbox.Add(announce, Answer(announce, i => i % nth == 0));
        outbox.Add(announce, Answer(announce, _ => false));
        var batch = Assert.Single(TakeAll(outbox));
        var reader = new JournalReader(batch.Bytes.Span);
        var read = new Announce();

        Assert.True(reader.TryRead(read));
        AssertSame(announce, read, announce.Swarms.ToArray().Where((_, i) => i % nth == 0));
        Assert.True(reader.IsAtEnd);
        Assert.Equal(announce.ExpiresAt, batch.ExpiresAt);
        Assert.Empty(TakeAll(outbox));
    });

    [Fact]
    public void Anything_else_is_passed_over() => Gen.Select(_announces, Gen.Int[0, 10_000], Gen.Int[0, 7]).Sample((announce, at, bit) =>
    {
        var bytes = Write(announce);
        Assert.False(new JournalReader(bytes.AsSpan(0, at % bytes.Length)).TryRead(new Announce()));
        bytes[at % bytes.Length] ^= (byte)(1 << bit);
        var read = new Announce();
        var reader = new JournalReader(bytes);
        if (!reader.TryRead(read))
            return;
        // Whatever it says, it keeps to what the register takes.
        Assert.InRange(read.Swarms.Length, 1, Announce.SwarmsMax);
        Assert.InRange(read.ExpiresAt - read.Now, 0u, JournalReader.LifeMax);
        Assert.All(read.Swarms.ToArray(), swarm => Assert.InRange(swarm.Left, 0, Announce.BytesMax));
    });

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("02000000")]
    [InlineData("01")]
    [InlineData("01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void What_is_none_is_none(string bytes) => Assert.False(new JournalReader(Convert.FromHexString(bytes)).TryRead(new Announce()));

    [Fact]
    public void While_nobody_takes_it_the_outbox_is_bounded()
    {
        var announce = _announces.Single();
        var outbox = new Outbox();
        var count = 0;
        for (; outbox.HasRoom; count++)
            outbox.Add(announce, Answer(announce, _ => true));

        Assert.InRange(count, 100, 100_000);
        var read = 0;
        foreach (var batch in TakeAll(outbox))
        {
            Assert.InRange(batch.Bytes.Length, 1, JournalBatch.BytesMax);
            for (var reader = new JournalReader(batch.Bytes.Span); !reader.IsAtEnd; read++)
                Assert.True(reader.TryRead(new Announce()));
        }
        Assert.Equal(count, read);
        Assert.True(outbox.HasRoom && !outbox.IsPressing);
    }

    [Fact]
    public void The_largest_announce_fits()
    {
        var peer = new PeerRecord { Id = 1, Observed = Six(0), Own = [.. Enumerable.Range(1, Announce.AddressesMax).Select(Six)], Site = 1, Port = 1 };
        var swarms = Enumerable.Repeat(new SwarmAnnounce { Left = -1, Totals = new PeerTotals(-1, -1, -1) }, Announce.SwarmsMax).ToArray(); // as long as numbers get

        Assert.InRange(Write(Make([1, 2], peer, 1, JournalReader.LifeMax, swarms)).Length, JournalWriter.BytesMax - 10, JournalWriter.BytesMax);
    }

    static HostAddress Six(int number) => HostAddress.Of(IPAddress.Parse($"2001:db8::{number + 1}"));
}
