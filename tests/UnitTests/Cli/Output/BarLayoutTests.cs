using Haul.Cli.Output;

namespace Haul.UnitTests.Cli.Output;

/// <summary>What of a row of bars fits on a terminal.</summary>
public sealed class BarLayoutTests
{
    static int Sum(BarLayout layout) => layout.Name + layout.Bar + BarLayout.Percent + layout.Bytes + layout.Rate + layout.Remaining + layout.Source;

    [Fact]
    public void A_row_fits_and_leaves_the_last_column_free()
    {
        for (var width = 14; width <= 300; width++)
            Assert.InRange(Sum(BarLayout.Of(width)), 1, width - 1);
    }

    [Fact]
    public void A_narrow_terminal_still_shows_name_and_percent() => Assert.Equal(new BarLayout(14, 0, 0, 0, 0, 0), BarLayout.Of(20));

    [Fact]
    public void Eighty_columns_show_everything_but_the_source()
    {
        var layout = BarLayout.Of(80);

        Assert.True(layout is { Bar: > 0, Bytes: > 0, Rate: > 0, Remaining: > 0, Source: 0 });
    }

    [Fact]
    public void A_wide_terminal_shows_the_source_too() => Assert.True(BarLayout.Of(140).Source > 0);

    [Fact]
    public void A_wider_terminal_never_shows_less()
    {
        for (var width = 14; width < 300; width++)
            Assert.True(BarLayout.Of(width + 1).Name + BarLayout.Of(width + 1).Bar >= 8 && Sum(BarLayout.Of(width + 1)) >= Sum(BarLayout.Of(width)) - 1);
    }
}
