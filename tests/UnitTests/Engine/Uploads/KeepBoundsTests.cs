using Haul.Engine.Uploads;

namespace Haul.UnitTests.Engine.Uploads;

/// <summary>What goes when more is kept than may be.</summary>
public sealed class KeepBoundsTests
{
    static readonly DateTimeOffset _now = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    static readonly KeepBounds _bounds = new(TimeSpan.FromDays(3), BytesMax: 100, CountMax: 3, HeldMax: 1);

    static KeepFacts Kept(string name, double daysAgo = 1, double usedHoursAgo = 1, long ownBytes = 0, bool isHeld = false) =>
        new(name, _now.AddDays(-daysAgo), _now.AddHours(-usedHoursAgo), ownBytes, isHeld);

    [Fact]
    public void Within_the_bounds_nothing_goes() =>
        Assert.Empty(_bounds.Excess([Kept("a", daysAgo: 3, ownBytes: 60), Kept("b", ownBytes: 40), Kept("c", isHeld: true)], _now));

    [Fact]
    public void What_is_too_old_goes_however_much_it_is_used() =>
        Assert.Equal(["a"], _bounds.Excess([Kept("a", daysAgo: 3.01, usedHoursAgo: 0), Kept("b")], _now));

    [Fact]
    public void Of_too_many_those_go_that_were_not_used_for_longest() =>
        Assert.Equal(["d", "a"], _bounds.Excess([Kept("a", usedHoursAgo: 4), Kept("b", usedHoursAgo: 2), Kept("c", usedHoursAgo: 3), Kept("d", usedHoursAgo: 9), Kept("e")], _now));

    [Fact]
    public void Of_too_many_bytes_only_those_go_that_free_some() =>
        Assert.Equal(["b"], _bounds.Excess([Kept("a", usedHoursAgo: 9), Kept("b", usedHoursAgo: 8, ownBytes: 60), Kept("c", usedHoursAgo: 7, ownBytes: 41)], _now));

    [Fact]
    public void What_cannot_be_opened_again_is_bounded_by_itself() =>
        Assert.Equal(["b"], _bounds.Excess([Kept("a", usedHoursAgo: 9), Kept("b", usedHoursAgo: 8, isHeld: true), Kept("c", usedHoursAgo: 7, isHeld: true)], _now));

    [Fact]
    public void A_clock_that_was_set_back_makes_nothing_old() =>
        Assert.Empty(_bounds.Excess([Kept("a", daysAgo: -30)], _now));
}
