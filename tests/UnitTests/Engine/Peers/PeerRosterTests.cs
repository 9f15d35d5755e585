using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Swarms;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Who is called when: one address of a peer at a time, and of two that look for each other one.</summary>
public sealed class PeerRosterTests
{
    static readonly PeerId _own = new(10);
    static readonly PeerId _lower = new(5);
    static readonly PeerId _higher = new(20);
    static readonly IPEndPoint _one = new(IPAddress.Parse("192.0.2.1"), 7690);
    static readonly IPEndPoint _other = new(IPAddress.Parse("2001:db8::1"), 7690);

    readonly FakeTimeProvider _time = new();
    readonly PeerRoster _roster;
    readonly HashSet<PeerId> _linked = [];

    public PeerRosterTests() => _roster = new PeerRoster(_own, 50, _time);

    [Fact]
    public void A_second_address_of_a_peer_is_called_when_the_first_does_not_answer()
    {
        _roster.Note(_one, _higher);
        _roster.Note(_other, _higher);
        Assert.Equal([_one], Next(0));
        Assert.Empty(Next(249));
        Assert.Equal(TimeSpan.FromMilliseconds(1), _roster.NextDue(_linked));

        Assert.Equal([_other], Next(1));
    }

    [Fact]
    public void A_second_address_of_a_peer_is_called_at_once_when_nobody_is_at_the_first()
    {
        _roster.Note(_one, _higher);
        _roster.Note(_other, _higher);
        Next(0);

        _roster.Called(_one, null);

        Assert.Equal([_other], Next(0));
    }

    [Fact]
    public void In_a_crowd_a_call_is_given_more_time()
    {
        for (var i = 0; i < 30; i++)
            _roster.Note(new IPEndPoint(_one.Address, 1000 + i), _higher, isLan: true);

        Assert.Single(Next(0));
        Assert.Empty(Next(999));
        Assert.Single(Next(1));
    }

    [Fact]
    public void Six_are_called_at_once_and_more_when_one_has_answered_or_does_not()
    {
        for (var i = 0; i < 20; i++)
            _roster.Note(new IPEndPoint(_one.Address, 1000 + i), new PeerId((UInt128)(100 + i)));

        var first = Next(0);
        Assert.Equal(6, first.Length);
        Assert.Empty(Next(100));
        _roster.Called(first[0], new PeerId(100));
        Assert.Single(Next(0));
        Assert.Equal(TimeSpan.FromMilliseconds(150), _roster.NextDue(_linked));
        Assert.Equal(5, Next(150).Length);
    }

    [Fact]
    public void Whoever_is_sighted_and_has_the_lower_id_calls()
    {
        _roster.Note(_one, _lower);
        _roster.Note(_other, _higher);

        Assert.Equal([_other], Next(0));
        Assert.Empty(Next(249));
        Assert.Equal([_one], Next(1));
    }

    [Fact]
    public void Who_was_sighted_before_and_has_the_lower_id_is_listened_to_for_a_moment()
    {
        _roster.Note(_one, _lower, isLan: true);
        Pass(5000);
        _roster.Begin();

        Assert.Empty(Next(74));
        Assert.Equal([_one], Next(1));
    }

    [Fact]
    public void Who_asks_for_the_same_and_has_the_lower_id_calls()
    {
        _roster.Note(_one, _lower, isLan: true);
        Pass(5000);
        _roster.Begin();
        _roster.Note(_one, _lower, asks: true, isLan: true);

        Assert.Empty(Next(274));
        // It asks again and again, and does not call.
        _roster.Note(_one, _lower, asks: true, isLan: true);
        Assert.Equal([_one], Next(1));
    }

    [Fact]
    public void Who_answers_is_called_at_once()
    {
        _roster.Note(_one, _lower, isLan: true);
        _roster.Begin();
        _roster.Note(_one, _lower, asks: false, isLan: true);

        Assert.Equal([_one], Next(0));
    }

    [Fact]
    public void Who_answers_is_not_called_again_just_after_a_call_that_failed()
    {
        _roster.Note(_one, _higher);
        Next(0);
        _roster.Called(_one, null);
        _roster.Note(_one, _higher, asks: false);

        Assert.Empty(Next(9_999));
        Assert.Equal([_one], Next(1));
    }

    [Fact]
    public void Whoever_begins_again_and_again_is_courteous_once()
    {
        _roster.Note(_one, _lower, isLan: true);
        Pass(5000);
        _roster.Begin();
        Pass(70);
        _roster.Begin();

        Assert.Equal([_one], Next(5));
    }

    [Fact]
    public void Whom_a_tracker_names_is_called_however_many_there_are_in_the_network()
    {
        _roster.Note(_one, _lower);
        for (var i = 0; i < 50; i++)
            _roster.Note(new IPEndPoint(_other.Address, 1000 + i), new PeerId((UInt128)(100 + i)), isLan: true);
        Pass(5000);
        _roster.Begin();

        Assert.Contains(_one, Next(0));
    }

    void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    IPEndPoint[] Next(int millisecondsLater)
    {
        Pass(millisecondsLater);
        return [.. _roster.Next(100, _linked, static (_, _) => true)];
    }
}
