using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Who has or wants the same content is asked for and answered, seldom enough and to no more than it was asked.</summary>
public sealed class ContentProbeTests
{
    const ulong Hour = 480_000;

    static readonly LanInterface _lan = MdnsRig.Net(2, "eth0", "192.168.1.10/24");
    static readonly IPEndPoint _neighbour = new(IPAddress.Parse("192.168.1.20"), 40_000);
    static readonly SwarmId _a = Swarm(1);
    static readonly SwarmId _b = Swarm(2);

    readonly LanOutbox _outbox = new();
    readonly ContentProbe _probe;
    TimeSpan _now;
    ulong _epoch = Hour;

    public ContentProbeTests()
    {
        _probe = new ContentProbe(MdnsRig.Self, 7690, Blind, new Random(1), _outbox);
        _probe.Change([_lan], _now);
        _probe.Advance(_epoch, _now);
    }

    [Fact]
    public void A_swarm_is_asked_for_at_0_1_3_9_seconds_and_then_about_each_minute()
    {
        _probe.Want(_a, isComplete: false, _now);

        var sent = Pass(300);

        Assert.Equal([0, 1, 3, 9], sent.Take(4).Select(one => one.At));
        Assert.All(sent.Skip(3).Zip(sent.Skip(4), (one, next) => next.At - one.At), wait => Assert.InRange(wait, 54, 66));
        Assert.All(sent, one => Assert.Equal([Blind(_a, Hour)], one.Said.Ids));
        Assert.Equal(LanChannels.Content.Group4, sent[0].Send.To.Address);
    }

    [Fact]
    public void Many_swarms_are_asked_for_in_one_go()
    {
        _probe.Want(_a, isComplete: false, _now);
        Pass(20);
        _probe.Want(_b, isComplete: false, _now);
        Assert.Equal([1, 1, 1], Pass(8).Select(one => one.Said.Ids.Count));

        var later = Pass(600);

        // Each minute both, as soon as one is due.
        Assert.InRange(later.Count, 9, 13);
        Assert.All(later.Skip(2), one => Assert.Equal(2, one.Said.Ids.Count));
    }

    [Fact]
    public void A_hundred_swarms_take_two_datagrams()
    {
        for (var i = 0; i < 100; i++)
            _probe.Want(Swarm(i), isComplete: false, _now);

        Assert.Equal([64, 36], Pass(0).Select(one => one.Said.Ids.Count));
    }

    [Fact]
    public void More_swarms_than_the_limit_are_not_spoken_for()
    {
        for (var i = 0; i < ContentProbe.SwarmsMax + 100; i++)
            _probe.Want(Swarm(i), isComplete: false, _now);

        Assert.Equal(ContentProbe.SwarmsMax, Pass(0).Sum(one => one.Said.Ids.Count));
    }

    [Fact]
    public void What_is_complete_or_forgotten_is_not_asked_for()
    {
        _probe.Want(_a, isComplete: true, _now);
        _probe.Want(_b, isComplete: false, _now);
        _probe.Forget(_b);

        Assert.Empty(Pass(600));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_asks_for_what_we_have_or_want_is_answered_alone_and_sighted(bool isComplete)
    {
        _probe.Want(_a, isComplete, _now);
        Pass(20);

        Hear(ContentDatagramType.Want, Hour, Blind(_b, Hour), Blind(_a, Hour), 7);
        var (_, send, said) = Assert.Single(Pass(1));

        Assert.Equal((_neighbour, ContentDatagramType.Have, MdnsRig.Self, 7690, Hour), (send.To, said.Type, said.Peer, said.Port, said.Epoch));
        Assert.Equal([Blind(_a, Hour)], said.Ids);
        Assert.Equal(new LanSighting(new PeerSighting(MdnsRig.Other, new IPEndPoint(_neighbour.Address, 7000), SightingOrigin.Lan), _a), Assert.Single(_outbox.Sightings));
    }

    [Fact]
    public void Who_answers_is_sighted_and_not_answered()
    {
        _probe.Want(_a, isComplete: false, _now);
        Pass(20);

        Hear(ContentDatagramType.Have, Hour, Blind(_a, Hour));

        Assert.Empty(Pass(1));
        Assert.Equal(_a, Assert.Single(_outbox.Sightings).Swarm);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_wrong_by_an_hour(int hours, bool isHeard)
    {
        _probe.Want(_a, isComplete: true, _now);
        var theirs = Hour + (ulong)hours;

        Hear(ContentDatagramType.Want, theirs, Blind(_a, theirs));

        Assert.Equal(isHeard ? [theirs] : [], Pass(1).Select(one => one.Said.Epoch));
    }

    [Fact]
    public void Each_hour_has_its_own_ids()
    {
        _probe.Want(_a, isComplete: false, _now);
        Pass(20);
        _epoch++;

        Assert.Equal(Blind(_a, Hour + 1), Assert.Single(Pass(60)).Said.Ids[0]);
        Hear(ContentDatagramType.Want, Hour - 1, Blind(_a, Hour - 1));
        Assert.Empty(_outbox.Sightings);
    }

    [Fact]
    public void The_same_id_in_another_hour_is_another_one()
    {
        _probe.Want(_a, isComplete: true, _now);

        Hear(ContentDatagramType.Want, Hour + 1, Blind(_a, Hour));

        Assert.Empty(Pass(1));
        Assert.Empty(_outbox.Sightings);
    }

    [Fact]
    public void We_do_not_hear_ourselves()
    {
        _probe.Want(_a, isComplete: true, _now);

        Hear(_neighbour, MdnsRig.Self, Blind(_a, Hour));

        Assert.Empty(Pass(1));
        Assert.Empty(_outbox.Sightings);
    }

    [Fact]
    public void Who_takes_no_connections_is_answered_and_not_sighted()
    {
        _probe.Want(_a, isComplete: true, _now);

        _probe.Hear(_lan, _neighbour, new ContentDatagram(ContentDatagramType.Want, MdnsRig.Other, 0, Hour, [Blind(_a, Hour)]), _now);

        Assert.Single(Pass(1));
        Assert.Empty(_outbox.Sightings);
    }

    [Fact]
    public void An_answer_is_never_longer_than_its_question()
    {
        for (var i = 0; i < 64; i++)
            _probe.Want(Swarm(i), isComplete: true, _now);
        var ids = Enumerable.Range(0, 64).Select(i => Blind(Swarm(i), Hour)).ToArray();

        var once = new ContentDatagram(ContentDatagramType.Want, MdnsRig.Other, 7000, Hour, ids);
        _probe.Hear(_lan, _neighbour, once, _now);
        Assert.InRange(Assert.Single(Pass(1)).Send.Bytes.Length, 1, once.Write().Length);

        // The same id many times is one.
        Hear(ContentDatagramType.Want, Hour, [.. Enumerable.Repeat(ids[0], 64)]);
        Assert.Single(Assert.Single(Pass(1)).Said.Ids);
    }

    [Fact]
    public void A_sender_is_answered_16_times_and_then_twice_a_second()
    {
        _probe.Want(_a, isComplete: true, _now);
        for (var i = 0; i < 1000; i++)
            Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour));
        Assert.Equal(16, Pass(1).Count);

        var later = 0;
        for (var i = 0; i < 100; i++)
        {
            Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour));
            later += Pass(0.1).Count;
        }

        Assert.InRange(later, 19, 23);
    }

    [Fact]
    public void All_senders_together_are_answered_64_times_at_once()
    {
        _probe.Want(_a, isComplete: true, _now);

        for (var i = 0; i < 10_000; i++)
            Hear(new IPEndPoint(new IPAddress([192, 168, 1, (byte)i]), 40_000), new PeerId((UInt128)i), Blind(_a, Hour));

        Assert.Equal(64, Pass(0.2).Count);
        Assert.InRange(_outbox.Sightings.Count, 1, 64);
    }

    [Fact]
    public void Among_few_an_answer_comes_at_once_and_among_many_a_little_later()
    {
        _probe.Want(_a, isComplete: true, _now);
        Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour));
        Assert.Equal(0, Assert.Single(Pass(1)).At);

        for (var i = 0; i < 7; i++)
            Hear(_neighbour, new PeerId((UInt128)(50 + i)), 7);
        var asked = _now.TotalSeconds;
        Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour));

        Assert.InRange(Assert.Single(Pass(1)).At - asked, 0.010, 0.100);
    }

    [Fact]
    public void An_answer_is_left_out_when_our_own_question_says_the_same()
    {
        for (var i = 0; i < 8; i++)
            Hear(_neighbour, new PeerId((UInt128)(50 + i)), 7);
        _probe.Want(_a, isComplete: true, _now);
        _probe.Want(_b, isComplete: true, _now);
        Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour), Blind(_b, Hour));

        _probe.Want(_a, isComplete: false, _now);

        Assert.Equal([(ContentDatagramType.Want, Blind(_a, Hour)), (ContentDatagramType.Have, Blind(_b, Hour))], Pass(0.5).Select(one => (one.Said.Type, Assert.Single(one.Said.Ids))));
    }

    [Fact]
    public void A_swarm_forgotten_meanwhile_is_not_answered_for()
    {
        for (var i = 0; i < 8; i++)
            Hear(_neighbour, new PeerId((UInt128)(50 + i)), 7);
        _probe.Want(_a, isComplete: true, _now);
        Hear(ContentDatagramType.Want, Hour, Blind(_a, Hour));

        _probe.Forget(_a);

        Assert.Empty(Pass(1));
    }

    [Fact]
    public void Without_an_interface_nothing_is_sent_and_on_a_new_one_it_begins_anew()
    {
        _probe.Change([], _now);
        _probe.Want(_a, isComplete: false, _now);
        Assert.Empty(Pass(600));

        _probe.Change([_lan, MdnsRig.Net(3, "eth1", "fe80::1/64")], _now);

        Assert.Equal([(2, "239.255.77.90"), (3, "ff02::4856")], Pass(0.5).Select(one => (one.Send.InterfaceIndex, one.Send.To.Address.ToString())));
        Assert.Equal(6, Pass(10).Count);
    }

    static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    // Any function of both will do.
    static ulong Blind(SwarmId swarm, ulong epoch) => (ulong)swarm.Value.Low * 1_000_003 + epoch;

    List<(double At, LanSend Send, ContentDatagram Said)> Pass(double seconds)
    {
        var sent = new List<(double, LanSend, ContentDatagram)>();
        var end = _now + TimeSpan.FromSeconds(seconds);
        while (_probe.Due is { } due && due <= end)
        {
            _now = due > _now ? due : _now;
            _probe.Advance(_epoch, _now);
            sent.AddRange(_outbox.Sends.Select(send => (_now.TotalSeconds, send, ContentDatagram.Read(send.Bytes)!)));
            _outbox.Sends.Clear();
        }
        _now = end;
        return sent;
    }

    void Hear(ContentDatagramType type, ulong epoch, params ulong[] ids) => _probe.Hear(_lan, _neighbour, new ContentDatagram(type, MdnsRig.Other, 7000, epoch, ids), _now);

    void Hear(IPEndPoint from, PeerId peer, ulong id) => _probe.Hear(_lan, from, new ContentDatagram(ContentDatagramType.Want, peer, 7000, Hour, [id]), _now);
}
