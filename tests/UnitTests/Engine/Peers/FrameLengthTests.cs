using Haul.Engine.Peers;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>No message waits long behind a frame of a piece.</summary>
public sealed class FrameLengthTests
{
    readonly FrameLength _length = new();

    [Fact]
    public void A_way_that_is_not_known_has_short_frames_and_a_fast_one_long_ones()
    {
        Assert.Equal(FrameLength.Least, _length.Next(1 << 20));
        Assert.Equal(FrameLength.Least, _length.Last);
        Send(100_000_000, 20);
        Assert.Equal(PeerLimits.PayloadBytesMax, _length.Next(1 << 20));
    }

    [Theory]
    [InlineData(2_000_000, 6 * PeerLimits.PayloadBytesMin)]
    [InlineData(3_000_000, 9 * PeerLimits.PayloadBytesMin)]
    [InlineData(300_000, FrameLength.Least)]
    public void On_a_slow_way_a_frame_takes_a_moment(int bytesPerSecond, int expected)
    {
        Send(bytesPerSecond, 20);
        Assert.Equal(expected, _length.Next(1 << 20));
    }

    [Fact]
    public void A_frame_that_the_system_takes_in_at_once_does_not_make_a_slow_way_fast()
    {
        Send(1_000_000, 20);
        for (var i = 0; i < 10; i++)
        {
            _length.Sent(FrameLength.Least, TimeSpan.Zero);
            _length.Sent(FrameLength.Least, TimeSpan.FromSeconds(2 * FrameLength.Least / 1e6));
            Assert.InRange(_length.Next(1 << 20), FrameLength.Least, 2 * FrameLength.Least);
        }
    }

    [Fact]
    public void A_way_that_becomes_fast_has_long_frames_again()
    {
        Send(300_000, 20);
        Send(100_000_000, 60);
        Assert.Equal(PeerLimits.PayloadBytesMax, _length.Next(1 << 20));
    }

    [Fact]
    public void Where_no_time_passes_frames_are_long()
    {
        _length.Sent(FrameLength.Least, TimeSpan.Zero);
        Assert.Equal(PeerLimits.PayloadBytesMax, _length.Next(1 << 20));
    }

    [Fact]
    public void The_end_of_a_piece_is_as_long_as_it_is() => Assert.Equal(5, _length.Next(5));

    void Send(int bytesPerSecond, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            var count = _length.Next(1 << 20);
            _length.Sent(count, TimeSpan.FromSeconds((double)count / bytesPerSecond));
        }
    }
}
