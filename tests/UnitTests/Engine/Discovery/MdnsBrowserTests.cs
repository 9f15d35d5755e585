using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Others that say that they are there are found, as long as they are.</summary>
public sealed class MdnsBrowserTests
{
    const string There = "192.168.1.20";

    readonly MdnsRig _rig = new();

    public MdnsBrowserTests() => _rig.Browser.Change([MdnsRig.Lan], _rig.Now);

    [Fact]
    public void One_that_announces_itself_is_sighted_once()
    {
        Announce(MdnsRig.Other, There);
        Announce(MdnsRig.Other, There);

        var sighting = Assert.Single(_rig.Sightings());

        Assert.Equal(new LanSighting(new PeerSighting(MdnsRig.Other, new IPEndPoint(IPAddress.Parse(There), 7000), SightingOrigin.Lan), null), sighting);
    }

    [Fact]
    public void It_is_asked_for_after_1_2_4_seconds_and_then_ever_more_seldom()
    {
        var asked = _rig.Pass(4 * 3600).Select(one => one.At).ToList();

        Assert.InRange(asked[0], 0.020, 0.120);
        Assert.Equal([1, 2, 4, 8], asked.Zip(asked.Skip(1), (one, next) => Math.Round(next - one, 3)).Take(4));
        Assert.Equal(3600, asked[^1] - asked[^2], 3);
    }

    [Fact]
    public void We_do_not_find_ourselves()
    {
        Announce(MdnsRig.Self, There);

        Assert.Empty(_rig.Sightings());
    }

    [Fact]
    public void One_that_is_gone_and_comes_back_is_sighted_again()
    {
        Announce(MdnsRig.Other, There);
        _rig.Hear(DnsMessage.Answer([.. MdnsRig.Of(MdnsRig.Other, There).Select(record => record with { TtlSeconds = 0 })], []));
        _rig.Pass(2);
        Assert.Equal((1, 0), (_rig.Sightings().Count, _rig.Browser.Count));

        Announce(MdnsRig.Other, There);

        Assert.Single(_rig.Sightings());
    }

    [Fact]
    public void One_that_moved_is_sighted_at_its_new_address_alone()
    {
        Announce(MdnsRig.Other, There);
        _rig.Pass(5);
        _rig.Sightings();

        Announce(MdnsRig.Other, "192.168.1.99");

        Assert.Equal("192.168.1.99", Assert.Single(_rig.Sightings()).Peer.Address.Address.ToString());
    }

    [Fact]
    public void One_that_is_still_there_is_sighted_again_when_it_says_so_later()
    {
        Announce(MdnsRig.Other, There);
        _rig.Pass(59);
        Announce(MdnsRig.Other, There);
        Assert.Single(_rig.Sightings());

        _rig.Pass(1);
        Announce(MdnsRig.Other, There);

        Assert.Single(_rig.Sightings());
    }

    [Fact]
    public void One_that_says_nothing_more_is_asked_for_at_80_85_90_and_95_percent_and_then_forgotten()
    {
        _rig.Pass(2000);
        Announce(MdnsRig.Other, There);
        var start = _rig.Now.TotalSeconds;

        var asked = _rig.Pass(4499).Where(one => one.Message.Questions.Count == 1).Select(one => (one.At - start) / 4500).ToList();

        foreach (var share in new[] { 0.80, 0.85, 0.90, 0.95 })
            Assert.Contains(asked, one => one >= share && one < share + 0.001);
        Assert.Equal(1, _rig.Browser.Count);
        _rig.Pass(2);
        Assert.Equal(0, _rig.Browser.Count);
    }

    [Fact]
    public void What_is_known_is_said_with_the_question_until_half_of_its_time()
    {
        Announce(MdnsRig.Other, There);
        Assert.Equal(PresenceRecords.Service.Child(MdnsRig.Other.ToString()), Assert.IsType<PointerRecord>(Assert.Single(_rig.Pass(0.2)[^1].Message.Answers)).Target);

        _rig.Pass(2300);

        Assert.Empty(_rig.Pass(1500).First(one => one.Message.Questions.Count > 0).Message.Answers);
    }

    [Fact]
    public void Much_that_is_known_goes_over_several_messages()
    {
        for (var i = 0; i < 50; i++)
            Announce(new PeerId((UInt128)(100 + i)), There);

        var sent = _rig.Pass(0.2);

        Assert.Equal([true, true, false], sent.Select(one => one.Message.IsTruncated));
        Assert.Equal([1, 0, 0], sent.Select(one => one.Message.Questions.Count));
        Assert.Equal(50, sent.Sum(one => one.Message.Answers.Count));
        Assert.All(sent, one => Assert.InRange(one.Send.Bytes.Length, 1, 1400));
    }

    [Fact]
    public void What_is_missing_is_asked_for_three_times()
    {
        _rig.Pass(100);
        _rig.Hear(DnsMessage.Answer([.. MdnsRig.Of(MdnsRig.Other, There).OfType<PointerRecord>()], []));

        var asked = _rig.Pass(20).Where(one => one.Message.Questions.Any(question => question.Type == DnsType.Srv)).ToList();
        Assert.Equal(3, asked.Count);
        Assert.Empty(_rig.Sightings());

        Announce(MdnsRig.Other, There);
        Assert.Single(_rig.Sightings());
    }

    [Fact]
    public void An_address_behind_a_router_is_nobody_s_word_to_give()
    {
        Announce(MdnsRig.Other, "203.0.113.5");

        Assert.Empty(_rig.Sightings());
    }

    [Fact]
    public void An_address_that_counts_for_the_link_only_gets_the_interface_s_number()
    {
        Announce(MdnsRig.Other, "fe80::5");

        Assert.Equal(2, Assert.Single(_rig.Sightings()).Peer.Address.Address.ScopeId);
    }

    [Theory]
    [InlineData("11111111", 1)]
    [InlineData("22222222", 0)]
    [InlineData(null, 1)]
    public void Members_of_another_group_are_passed_over(string? theirs, int sightings)
    {
        var rig = new MdnsRig("11111111");
        rig.Browser.Change([MdnsRig.Lan], rig.Now);

        rig.Hear(DnsMessage.Answer(MdnsRig.Of(MdnsRig.Other, There, theirs), []));

        Assert.Equal(sightings, rig.Sightings().Count);
    }

    [Theory]
    [InlineData("id=0000000000000000000000000000000b", "v=2")]
    [InlineData("id=b", "v=1")]
    [InlineData("id=0000000000000000000000000000000g", "v=1")]
    [InlineData("v=1", "")]
    public void A_text_that_makes_no_sense_is_no_sighting(string id, string version)
    {
        var records = MdnsRig.Of(MdnsRig.Other, There).Select(record => record is TextRecord text ? text with { Wire = TextRecord.Join(id, version) } : record);

        _rig.Hear(DnsMessage.Answer([.. records], []));

        Assert.Empty(_rig.Sightings());
    }

    [Fact]
    public void Port_0_is_none()
    {
        _rig.Hear(DnsMessage.Answer(MdnsRig.Of(MdnsRig.Other, There, port: 0), []));

        Assert.Empty(_rig.Sightings());
    }

    [Fact]
    public void Whoever_answers_from_another_port_is_not_heard()
    {
        _rig.Hear(DnsMessage.Answer(MdnsRig.Of(MdnsRig.Other, There), []), new IPEndPoint(IPAddress.Parse(There), 5354));

        Assert.Empty(_rig.Sightings());
    }

    [Fact]
    public void A_link_full_of_made_up_agents_is_known_in_part()
    {
        for (var i = 0; i < 2000; i++)
            Announce(new PeerId((UInt128)(100 + i)), There);

        Assert.Equal((512, 512), (_rig.Browser.Count, _rig.Sightings().Count));
    }

    [Fact]
    public void What_an_interface_brought_goes_with_it()
    {
        Announce(MdnsRig.Other, There);

        _rig.Browser.Change([], _rig.Now);
        _rig.Browser.Change([MdnsRig.Lan], _rig.Now);

        Assert.Equal(0, _rig.Browser.Count);
    }

    void Announce(PeerId peer, string address) => _rig.Hear(DnsMessage.Answer(MdnsRig.Of(peer, address), []));
}
