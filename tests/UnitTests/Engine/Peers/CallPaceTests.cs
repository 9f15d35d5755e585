using Haul.Engine.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>However often someone is sighted, whom to call is thought over at once and then a moment later, and never forgotten.</summary>
public sealed class CallPaceTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly Queue<Action> _loop = [];
    readonly CallPace _pace;
    int _looks;

    public CallPaceTests() => _pace = new CallPace(_time, _loop.Enqueue, () => _looks++);

    public void Dispose() => _pace.Dispose();

    [Fact]
    public void The_first_time_is_at_once_and_those_that_follow_are_one()
    {
        for (var i = 0; i < 100; i++)
            _pace.Soon();
        Assert.Equal(1, _looks);

        Pass(PeerHubLimits.CallsApart);
        Assert.Equal(2, _looks);

        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _looks);

        _pace.Soon();
        Assert.Equal(3, _looks);
    }

    [Fact]
    public void Where_it_was_done_meanwhile_the_next_sighting_has_its_turn_all_the_same()
    {
        _pace.Now();
        _pace.Soon();
        _pace.Now();
        _pace.Soon();
        Assert.Equal(2, _looks);

        Pass(PeerHubLimits.CallsApart);

        Assert.Equal(3, _looks);
    }

    [Fact]
    public void What_is_due_later_comes()
    {
        _pace.Now();
        _pace.In(TimeSpan.FromSeconds(5));

        Pass(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, _looks);

        Pass(TimeSpan.FromSeconds(0.2));
        Assert.Equal(2, _looks);
    }

    void Pass(TimeSpan time)
    {
        _time.Advance(time);
        while (_loop.TryDequeue(out var what))
            what();
    }
}
