using System.Net;
using Haul.Engine.Discovery;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Nobody makes an agent work for more than its share.</summary>
public sealed class AnswerGateTests
{
    static readonly IPAddress _one = IPAddress.Parse("192.168.1.1");
    static readonly IPAddress _other = IPAddress.Parse("192.168.1.2");

    readonly AnswerGate _gate = new(eachPerSecond: 2, eachAtOnce: 4, allPerSecond: 10, allAtOnce: 6);

    [Fact]
    public void A_sender_has_so_many_at_once_and_so_many_a_second()
    {
        Assert.Equal(4, Taken(_one, 100, TimeSpan.Zero));
        Assert.Equal(1, Taken(_one, 100, TimeSpan.FromSeconds(0.5)));
        Assert.Equal(4, Taken(_one, 100, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void All_together_have_no_more_than_all()
    {
        Assert.Equal(6, Enumerable.Range(0, 100).Sum(i => Taken(new IPAddress([10, 0, 0, (byte)i]), 1, TimeSpan.Zero)));
        Assert.Equal(4, Taken(_other, 100, TimeSpan.FromSeconds(0.4)));
    }

    [Fact]
    public void One_that_is_loud_takes_nothing_from_others()
    {
        Taken(_one, 1000, TimeSpan.Zero);

        Assert.Equal(2, Taken(_other, 2, TimeSpan.Zero));
    }

    [Fact]
    public void Made_up_senders_are_forgotten_when_they_were_quiet()
    {
        for (var i = 0; i < 5000; i++)
            _gate.Takes(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), TimeSpan.FromSeconds(i / 1000));

        Assert.False(_gate.Takes(_one, TimeSpan.FromSeconds(0)));
        Assert.True(_gate.Takes(_one, TimeSpan.FromSeconds(60)));
    }

    int Taken(IPAddress from, int times, TimeSpan now) => Enumerable.Range(0, times).Count(_ => _gate.Takes(from, now));
}
