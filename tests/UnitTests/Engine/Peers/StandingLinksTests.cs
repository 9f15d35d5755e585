using Haul.Engine.Peers;
using Haul.Engine.Store;
using Haul.Engine.Swarms;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Which of two connections stays: both sides have to keep the same one, in whatever order the two are ready here and there.</summary>
public sealed class StandingLinksTests
{
    static readonly PeerId _low = new(1);
    static readonly PeerId _high = new(2);

    readonly FakeTimeProvider _time = new();
    readonly StandingLinks _ofLow;
    readonly StandingLinks _ofHigh;

    public StandingLinksTests() => (_ofLow, _ofHigh) = (new StandingLinks(_low, () => 10, _time), new StandingLinks(_high, () => 10, _time));

    /// <summary>Who makes the first and the second connection, and which is ready first here and there.</summary>
    public static IEnumerable<TheoryDataRow<bool, bool, bool, bool>> Orders =>
        from bits in Enumerable.Range(0, 16)
        select new TheoryDataRow<bool, bool, bool, bool>((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Of_two_that_are_made_at_once_both_sides_keep_the_same(bool isFirstOfLow, bool isSecondOfLow, bool isFirstFirstAtLow, bool isFirstFirstAtHigh)
    {
        AddBoth(_ofLow, _high, (isFirstOfLow, isSecondOfLow), isFirstFirstAtLow);
        AddBoth(_ofHigh, _low, (!isFirstOfLow, !isSecondOfLow), isFirstFirstAtHigh);

        Assert.Equal(Assert.Single(_ofLow.All).Session.Number, Assert.Single(_ofHigh.All).Session.Number);
    }

    [Fact]
    public void Who_begins_anew_is_not_held_up_by_a_connection_that_is_dead_for_the_other()
    {
        Assert.True(_ofLow.TryAdd(LinkOf(_high, isInitiator: false, number: 9)));
        _time.Advance(PeerDoor.TimeMax + TimeSpan.FromSeconds(1));

        Assert.True(_ofLow.TryAdd(LinkOf(_high, isInitiator: false, number: 3)));
        Assert.Equal(3UL, Assert.Single(_ofLow.All).Session.Number);
    }

    void AddBoth(StandingLinks links, PeerId peer, (bool First, bool Second) isInitiator, bool isFirstFirst)
    {
        var (first, second) = (LinkOf(peer, isInitiator.First, number: 1), LinkOf(peer, isInitiator.Second, number: 2));
        links.TryAdd(isFirstFirst ? first : second);
        links.TryAdd(isFirstFirst ? second : first);
    }

    PeerLink LinkOf(PeerId peer, bool isInitiator, ulong number) => new(
        new PeerConnection(FakeStream.Pair().Item1, new PeerSession(peer, [], 1, 0, null, null) { Number = number }),
        isInitiator,
        new PeerLinkTools(new OutboxTools(new UploadSlots(static () => 1), null, _time), new PieceBuffers(), static _ => { }));
}
