using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Who has or wants the same content is asked for and answered, seldom enough and to no more than it was asked.</summary>
public sealed class ContentProbeTests : ContentProbeRig
{
    [Fact]
    public void A_swarm_is_asked_for_at_0_1_3_9_seconds_and_then_about_each_minute()
    {
        Probe.Want(A, isComplete: false, Now);

        var sent = Pass(300);

        Assert.Equal([0, 1, 3, 9], sent.Take(4).Select(one => one.At));
        Assert.All(sent.Skip(3).Zip(sent.Skip(4), (one, next) => next.At - one.At), wait => Assert.InRange(wait, 54, 66));
        Assert.All(sent, one => Assert.Equal([Blind(A, Hour)], one.Said.Ids));
        Assert.Equal(LanChannels.Content.Group4, sent[0].Send.To.Address);
    }

    [Fact]
    public void Many_swarms_are_asked_for_in_one_go()
    {
        Probe.Want(A, isComplete: false, Now);
        Pass(20);
        Probe.Want(B, isComplete: false, Now);
        Assert.Equal([1, 1, 1], Pass(8).Select(one => one.Said.Ids.Count));

        var later = Pass(600);

        // Each minute both, as soon as one is due.
        Assert.InRange(later.Count, 9, 13);
        Assert.All(later.Skip(2), one => Assert.Equal(2, one.Said.Ids.Count));
    }

    [Fact]
    public void What_is_complete_or_forgotten_is_not_asked_for()
    {
        Probe.Want(A, isComplete: true, Now);
        Probe.Want(B, isComplete: false, Now);
        Probe.Forget(B);

        Assert.Empty(Pass(600));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_asks_for_what_we_have_or_want_is_answered_alone_and_sighted(bool isComplete)
    {
        Probe.Want(A, isComplete, Now);
        Pass(20);

        Hear(ContentDatagramType.Want, Hour, Blind(B, Hour), Blind(A, Hour), 7);
        var (_, send, said) = Assert.Single(Pass(1));

        Assert.Equal((Neighbour, ContentDatagramType.Have, MdnsRig.Self, 7690, Hour), (send.To, said.Type, said.Peer, said.Port, said.Epoch));
        Assert.Equal([Blind(A, Hour)], said.Ids);
        Assert.Equal(new LanSighting(new PeerSighting(MdnsRig.Other, new IPEndPoint(Neighbour.Address, 7000), SightingOrigin.Lan), A, Asks: true), Assert.Single(Outbox.Sightings));
    }

    [Fact]
    public void Who_answers_is_sighted_and_not_answered()
    {
        Probe.Want(A, isComplete: false, Now);
        Pass(20);

        Hear(ContentDatagramType.Have, Hour, Blind(A, Hour));

        Assert.Empty(Pass(1));
        var sighting = Assert.Single(Outbox.Sightings);
        Assert.Equal((A, false), (sighting.Swarm, sighting.Asks));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_wrong_by_an_hour(int hours, bool isHeard)
    {
        Probe.Want(A, isComplete: true, Now);
        var theirs = Hour + (ulong)hours;

        Hear(ContentDatagramType.Want, theirs, Blind(A, theirs));

        Assert.Equal(isHeard ? [theirs] : [], Pass(1).Select(one => one.Said.Epoch));
    }

    [Fact]
    public void Each_hour_has_its_own_ids()
    {
        Probe.Want(A, isComplete: false, Now);
        Pass(20);
        Epoch++;

        Assert.Equal(Blind(A, Hour + 1), Assert.Single(Pass(60)).Said.Ids[0]);
        Hear(ContentDatagramType.Want, Hour - 1, Blind(A, Hour - 1));
        Assert.Empty(Outbox.Sightings);
    }

    [Fact]
    public void The_same_id_in_another_hour_is_another_one()
    {
        Probe.Want(A, isComplete: true, Now);

        Hear(ContentDatagramType.Want, Hour + 1, Blind(A, Hour));

        Assert.Empty(Pass(1));
        Assert.Empty(Outbox.Sightings);
    }

    [Fact]
    public void We_do_not_hear_ourselves()
    {
        Probe.Want(A, isComplete: true, Now);

        Hear(Neighbour, MdnsRig.Self, Blind(A, Hour));

        Assert.Empty(Pass(1));
        Assert.Empty(Outbox.Sightings);
    }

    [Fact]
    public void Who_takes_no_connections_is_answered_and_not_sighted()
    {
        Probe.Want(A, isComplete: true, Now);

        Probe.Hear(Lan, Neighbour, new ContentDatagram(ContentDatagramType.Want, MdnsRig.Other, 0, Hour, [Blind(A, Hour)]), Now);

        Assert.Single(Pass(1));
        Assert.Empty(Outbox.Sightings);
    }

    [Fact]
    public void Among_few_an_answer_comes_at_once_and_among_many_a_little_later()
    {
        Probe.Want(A, isComplete: true, Now);
        Hear(ContentDatagramType.Want, Hour, Blind(A, Hour));
        Assert.Equal(0, Assert.Single(Pass(1)).At);

        for (var i = 0; i < 7; i++)
            Hear(Neighbour, new PeerId((UInt128)(50 + i)), 7);
        var asked = Now.TotalSeconds;
        Hear(ContentDatagramType.Want, Hour, Blind(A, Hour));

        Assert.InRange(Assert.Single(Pass(1)).At - asked, 0.010, 0.100);
    }

    [Fact]
    public void An_answer_is_left_out_when_our_own_question_says_the_same()
    {
        for (var i = 0; i < 8; i++)
            Hear(Neighbour, new PeerId((UInt128)(50 + i)), 7);
        Probe.Want(A, isComplete: true, Now);
        Probe.Want(B, isComplete: true, Now);
        Hear(ContentDatagramType.Want, Hour, Blind(A, Hour), Blind(B, Hour));

        Probe.Want(A, isComplete: false, Now);

        Assert.Equal([(ContentDatagramType.Want, Blind(A, Hour)), (ContentDatagramType.Have, Blind(B, Hour))], Pass(0.5).Select(one => (one.Said.Type, Assert.Single(one.Said.Ids))));
    }

    [Fact]
    public void A_swarm_forgotten_meanwhile_is_not_answered_for()
    {
        for (var i = 0; i < 8; i++)
            Hear(Neighbour, new PeerId((UInt128)(50 + i)), 7);
        Probe.Want(A, isComplete: true, Now);
        Hear(ContentDatagramType.Want, Hour, Blind(A, Hour));

        Probe.Forget(A);

        Assert.Empty(Pass(1));
    }

    [Fact]
    public void Without_an_interface_nothing_is_sent_and_on_a_new_one_it_begins_anew()
    {
        Probe.Change([], Now);
        Probe.Want(A, isComplete: false, Now);
        Assert.Empty(Pass(600));

        Probe.Change([Lan, MdnsRig.Net(3, "eth1", "fe80::1/64")], Now);

        Assert.Equal([(2, "239.255.77.90"), (3, "ff02::4856")], Pass(0.5).Select(one => (one.Send.InterfaceIndex, one.Send.To.Address.ToString())));
        Assert.Equal(6, Pass(10).Count);
    }
}
