using Haul.Engine.Peers;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>On a slow way little waits in the system, on a fast one as much as it likes.</summary>
public sealed class UnsentLimitTests
{
    const int Frame = 256 << 10;

    [Fact]
    public void It_is_left_away_for_a_second_where_a_frame_was_fast()
    {
        var (stream, _) = FakeStream.Pair();
        var time = new FakeTimeProvider();
        var limit = new UnsentLimit(stream, time);

        void Send(double bytesPerSecond) => limit.Sent(Frame, TimeSpan.FromSeconds(Frame / bytesPerSecond));

        // How fast the first one was tells nothing: the system may have taken all of it in.
        Send(double.MaxValue);
        Assert.Equal([UnsentLimit.Bytes], stream.UnsentLimits);
        Send(UnsentLimit.FastAbove * 0.9);
        Assert.Single(stream.UnsentLimits);
        limit.Sent(2 * UnsentLimit.Bytes, TimeSpan.Zero);
        Assert.Single(stream.UnsentLimits);
        Send(UnsentLimit.FastAbove * 1.1);
        Assert.Equal([UnsentLimit.Bytes, null], stream.UnsentLimits);
        time.Advance(UnsentLimit.FastFor - TimeSpan.FromMilliseconds(1));
        Send(1);
        Assert.Equal(2, stream.UnsentLimits.Count);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Send(double.MaxValue);
        Assert.Equal([UnsentLimit.Bytes, null, UnsentLimit.Bytes], stream.UnsentLimits);
        limit.Sent(Frame, TimeSpan.Zero);
        Assert.Equal([UnsentLimit.Bytes, null, UnsentLimit.Bytes, null], stream.UnsentLimits);
    }
}
