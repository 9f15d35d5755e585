using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>However many swarms there are, and however many ask, little is sent.</summary>
public sealed class ContentProbeLimitsTests : ContentProbeRig
{
    [Fact]
    public void A_hundred_swarms_take_two_datagrams()
    {
        WantMany(100);

        Assert.Equal([64, 36], Pass(0).Select(one => one.Said.Ids.Count));
    }

    [Fact]
    public void More_swarms_than_the_limit_are_not_spoken_for()
    {
        WantMany(ContentProbe.SwarmsMax + 100);

        Assert.Equal(ContentProbe.SwarmsMax, Pass(0).Sum(one => one.Said.Ids.Count));
    }

    [Fact]
    public void What_is_complete_makes_place_for_what_is_wanted()
    {
        WantMany(ContentProbe.SwarmsMax, isComplete: true);
        Probe.Want(A, isComplete: false, Now);

        Assert.Equal([Blind(A, Hour)], Assert.Single(Pass(0)).Said.Ids);
    }

    [Fact]
    public void An_answer_is_never_longer_than_its_question()
    {
        for (var i = 0; i < 64; i++)
            Probe.Want(Swarm(i), isComplete: true, Now);
        var ids = Enumerable.Range(0, 64).Select(i => Blind(Swarm(i), Hour)).ToArray();

        var once = new ContentDatagram(ContentDatagramType.Want, MdnsRig.Other, 7000, Hour, ids);
        Probe.Hear(Lan, Neighbour, once, Now);
        Assert.InRange(Assert.Single(Pass(1)).Send.Bytes.Length, 1, once.Write().Length);

        // The same id many times is one.
        Hear(ContentDatagramType.Want, Hour, [.. Enumerable.Repeat(ids[0], 64)]);
        Assert.Single(Assert.Single(Pass(1)).Said.Ids);
    }

    [Fact]
    public void A_sender_is_answered_16_times_and_then_twice_a_second()
    {
        Probe.Want(A, isComplete: true, Now);
        for (var i = 0; i < 1000; i++)
            Hear(ContentDatagramType.Want, Hour, Blind(A, Hour));
        Assert.Equal(16, Pass(1).Count);

        var later = 0;
        for (var i = 0; i < 100; i++)
        {
            Hear(ContentDatagramType.Want, Hour, Blind(A, Hour));
            later += Pass(0.1).Count;
        }

        Assert.InRange(later, 19, 23);
    }

    [Fact]
    public void All_senders_together_are_answered_64_times_at_once()
    {
        Probe.Want(A, isComplete: true, Now);

        for (var i = 0; i < 10_000; i++)
            Hear(new IPEndPoint(new IPAddress([192, 168, 1, (byte)i]), 40_000), new PeerId((UInt128)i), Blind(A, Hour));

        Assert.Equal(64, Pass(0.2).Count);
        Assert.InRange(Outbox.Sightings.Count, 1, 64);
    }
}
