using CsCheck;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Swarms;

/// <summary>The best few of many.</summary>
public sealed class PicksTests
{
    [Fact]
    public void They_are_what_sorting_all_would_give() =>
        Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20]).Array[0, 200], Gen.Int[0, 60]).Sample((offers, max) =>
        {
            var picks = new Picks();
            picks.Begin(max);
            for (var i = 0; i < offers.Length; i++)
                picks.Offer(i, offers[i].Item1, offers[i].Item2);
            var sorted = offers.OrderByDescending(offer => offer).Take(Math.Min(max, 50));

            Assert.Equal(sorted, picks.Best.ToArray().Select(i => offers[i]));
        }, iter: 2_000);
}
