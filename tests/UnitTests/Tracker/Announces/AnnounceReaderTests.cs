using System.Net;
using System.Text;
using CsCheck;
using Haul.Protocol.Contract;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Announces;

/// <summary>Announces as they come from anyone.</summary>
public sealed class AnnounceReaderTests
{
    static readonly string _peer = new('b', 32);
    static readonly string _swarm = $$"""{"id":"{{new string('a', 64)}}","left":1,"mode":"lan"}""";

    readonly Announce _announce = new();

    Failure? Read(string json, string observed = "203.0.113.7")
    {
        _announce.Clear();
        _announce.Peer.Observed = HostAddress.Of(IPAddress.Parse(observed));
        return AnnounceReader.Read(Encoding.UTF8.GetBytes(json), _announce);
    }

    static string Body(string more = "", string? swarms = null) => $$"""{"peer":"{{_peer}}","port":7000{{more}},"swarms":[{{swarms ?? _swarm}}]}""";

    static string Swarm(string members) => Body(swarms: $$"""{"id":"{{new string('a', 64)}}",{{members}}}""");

    [Fact]
    public void All_that_it_says_is_read()
    {
        const string Members = "\"left\":5,\"downloaded\":6,\"uploaded\":7,\"fromOrigin\":8,\"mode\":\"internet\",\"wanted\":50,\"event\":\"completed\",\"later\":[{}]";

        Assert.Null(Read($$"""{"later":{"a":[1]},"site":"Wien","restrict":"subnet","addresses":["10.0.0.5","fd00::1"],"swarms":[{{_swarm}},{"id":"{{new string('0', 63)}}1",{{Members}}}],"port":65535,"peer":"{{_peer}}"}"""));

        var swarm = _announce.Swarms[1];
        Assert.Equal((65535, true, 2), (_announce.Peer.Port, _announce.Peer.IsRestricted, _announce.Swarms.Length));
        Assert.Equal(["10.0.0.5", "fd00::1"], _announce.Peer.Own.Select(own => own.ToString()));
        Assert.Equal(UInt128.Parse(_peer, System.Globalization.NumberStyles.HexNumber, null), _announce.Peer.Id);
        Assert.NotEqual(0UL, _announce.Peer.Site);
        Assert.Equal(
            new SwarmAnnounce { Id = new SwarmHash(0, 1), Left = 5, Totals = new PeerTotals(6, 7, 8), Mode = PeerMode.Internet, Wanted = 50, Event = AnnounceEvent.Completed }, swarm);
    }

    [Fact]
    public void What_is_optional_may_be_left_out_or_null()
    {
        Assert.Null(Read(Body(",\"site\":null,\"restrict\":null,\"addresses\":null", _swarm.Replace("}", ",\"event\":null}", StringComparison.Ordinal))));

        Assert.Equal((0UL, false), (_announce.Peer.Site, _announce.Peer.IsRestricted));
        Assert.Equal(_announce.Peer.Observed, Assert.Single(_announce.Peer.Own));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"peer\":")]
    [InlineData("{\"peer\":\"b\"}")]
    public void What_is_no_announce_is_refused(string json) => Assert.Equal(HResults.E_INVALIDARG, Read(json)?.Code);

    [Theory]
    [InlineData(",\"peer\":5")]
    [InlineData(",\"peer\":\"gg\"")]
    [InlineData(",\"port\":0")]
    [InlineData(",\"port\":65536")]
    [InlineData(",\"port\":1.5")]
    [InlineData(",\"port\":\"80\"")]
    [InlineData(",\"site\":5")]
    [InlineData(",\"restrict\":\"site\"")]
    [InlineData(",\"restrict\":true")]
    [InlineData(",\"addresses\":\"10.0.0.1\"")]
    [InlineData(",\"addresses\":[\"here\"]")]
    [InlineData(",\"addresses\":[\"1\"]")]
    [InlineData(",\"addresses\":[null]")]
    [InlineData(",\"addresses\":[[]]")]
    public void A_member_that_is_wrong_is_refused(string member) => Assert.Equal(HResults.E_INVALIDARG, Read(Body(member))?.Code);

    [Theory]
    [InlineData("\"left\":1")]
    [InlineData("\"mode\":\"lan\"")]
    [InlineData("\"left\":-1,\"mode\":\"lan\"")]
    [InlineData("\"left\":1125899906842625,\"mode\":\"lan\"")]
    [InlineData("\"left\":1,\"mode\":\"wan\"")]
    [InlineData("\"left\":1,\"mode\":2")]
    [InlineData("\"left\":1,\"mode\":\"lan\",\"wanted\":51")]
    [InlineData("\"left\":1,\"mode\":\"lan\",\"wanted\":-1")]
    [InlineData("\"left\":1,\"mode\":\"lan\",\"event\":\"paused\"")]
    [InlineData("\"left\":1,\"mode\":\"lan\",\"downloaded\":1e999")]
    [InlineData("\"left\":1,\"mode\":\"lan\",\"id\":\"ab\"")]
    public void A_swarm_that_is_wrong_is_refused(string members) => Assert.Contains("swarms", Read(Swarm(members))!.Text, StringComparison.Ordinal);

    [Fact]
    public void Lists_have_limits()
    {
        Assert.Null(Read(Body(swarms: string.Join(',', Enumerable.Repeat(_swarm, Announce.SwarmsMax)))));
        Assert.NotNull(Read(Body(swarms: string.Join(',', Enumerable.Repeat(_swarm, Announce.SwarmsMax + 1)))));
        Assert.NotNull(Read(Body(swarms: "")));
        Assert.Null(Read(Body($",\"addresses\":[{string.Join(',', Enumerable.Range(1, Announce.AddressesMax).Select(n => $"\"10.0.0.{n}\""))}]")));
        Assert.NotNull(Read(Body($",\"addresses\":[{string.Join(',', Enumerable.Range(1, Announce.AddressesMax + 1).Select(n => $"\"10.0.0.{n}\""))}]")));
    }

    [Fact]
    public void A_site_s_name_is_counted_in_characters()
    {
        Assert.Null(Read(Body($",\"site\":\"{new string('ü', Announce.SiteMax)}\"")));
        var plain = _announce.Peer.Site;
        Assert.Null(Read(Body($",\"site\":\"{string.Concat(Enumerable.Repeat("\\u00fc", Announce.SiteMax))}\"")));
        Assert.Equal(plain, _announce.Peer.Site);
        Assert.NotNull(Read(Body($",\"site\":\"{new string('x', Announce.SiteMax + 1)}\"")));
        Assert.NotNull(Read(Body($",\"site\":\"{new string('x', 5000)}\"")));
    }

    [Fact]
    public void Addresses_without_meaning_are_left_out()
    {
        Assert.Null(Read(Body(",\"addresses\":[\"127.0.0.1\",\"fe80::1%3\",\"0.0.0.0\",\"10.0.0.1\",\"10.0.0.1\"]")));
        Assert.Equal("10.0.0.1", Assert.Single(_announce.Peer.Own).ToString());
    }

    [Fact]
    public void Who_is_seen_on_the_loopback_is_where_it_says_it_is()
    {
        Assert.Null(Read(Body(",\"addresses\":[\"10.0.0.1\"]"), "127.0.0.1"));
        Assert.Equal(HostAddress.Of(IPAddress.Parse("10.0.0.1")), _announce.Peer.Observed);
        Assert.Null(Read(Body(), "127.0.0.1"));
        Assert.Empty(_announce.Peer.Own);
    }

    [Fact]
    public void Text_behind_the_object_is_refused()
    {
        Assert.NotNull(Read(Body() + "x"));
        Assert.NotNull(Read(Body() + "{}"));
        Assert.Null(Read(Body() + "\n "));
    }

    [Fact]
    public void Depth_has_a_limit() => Assert.NotNull(Read(Body($",\"later\":{new string('[', 2000)}{new string(']', 2000)}")));

    [Fact]
    public void Whatever_bytes_come_an_outcome_is_a_value() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400], Gen.Byte).Sample((first, one, second, other) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Body(",\"site\":\"Wien\",\"addresses\":[\"10.0.0.5\",\"fd00::1\"]", _swarm.Replace("}", ",\"event\":\"started\",\"wanted\":3}", StringComparison.Ordinal)));
            bytes[first % bytes.Length] = one;
            bytes[second % bytes.Length] = other;
            var announce = new Announce();
            AnnounceReader.Read(bytes, announce);
            AnnounceReader.Read(bytes.AsSpan(0, second % bytes.Length), announce);
        }, iter: 20_000, threads: 1);
}
