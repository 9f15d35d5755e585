using Haul.Client.Com;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Client.Com;

/// <summary>Which changes of a download are told: states always, bytes as often as was asked.</summary>
public sealed class CallbackPaceTests
{
    readonly CallbackPace _pace = new();

    [Fact]
    public void Every_change_of_state_or_error_is_told_at_once()
    {
        Assert.True(Take(DownloadState.Created, 0, 0));
        Assert.True(Take(DownloadState.Transferring, 0, 0));
        Assert.True(Take(DownloadState.Paused, 0, 0));
        Assert.True(_pace.Take(Status(DownloadState.Paused, 0) with { Error = E_FAIL }, TimeSpan.Zero));
        Assert.False(_pace.Take(Status(DownloadState.Paused, 0) with { Error = E_FAIL }, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Another_listener_is_told_what_the_one_before_was()
    {
        Assert.True(Take(DownloadState.Paused, 5, 0));
        Assert.False(Take(DownloadState.Paused, 5, 0));
        _pace.Forget();

        Assert.True(Take(DownloadState.Paused, 5, 0));
    }

    [Fact]
    public void Bytes_are_told_every_second_when_nobody_says_otherwise()
    {
        Take(DownloadState.Transferring, 0, 0);

        Assert.False(Take(DownloadState.Transferring, 10, 0.5));
        Assert.True(Take(DownloadState.Transferring, 20, 0.95));
        Assert.False(Take(DownloadState.Transferring, 20, 5));
    }

    [Fact]
    public void Bytes_are_told_by_the_seconds_that_were_asked_for()
    {
        _pace.Seconds = 5;
        Take(DownloadState.Transferring, 0, 0);

        Assert.False(Take(DownloadState.Transferring, 10, 4.5));
        Assert.True(Take(DownloadState.Transferring, 10, 5));
        _pace.Seconds = 0;
        Assert.True(Take(DownloadState.Transferring, 11, 5));
    }

    [Fact]
    public void Bytes_are_told_by_steps_of_percent_and_then_not_by_the_clock()
    {
        _pace.Percent = 10;
        Take(DownloadState.Transferring, 0, 0);

        Assert.False(Take(DownloadState.Transferring, 99, 60));
        Assert.True(Take(DownloadState.Transferring, 100, 60));
        Assert.False(Take(DownloadState.Transferring, 199, 60));
        Assert.True(Take(DownloadState.Transferring, 530, 60));
    }

    [Fact]
    public void With_both_it_is_whichever_comes_first()
    {
        (_pace.Percent, _pace.Seconds) = (10, 2);
        Take(DownloadState.Transferring, 0, 0);

        Assert.True(Take(DownloadState.Transferring, 50, 2));
        Assert.True(Take(DownloadState.Transferring, 100, 2));
    }

    [Fact]
    public void A_length_of_all_ones_and_an_unknown_one_are_no_harm()
    {
        _pace.Percent = 1;
        Take(DownloadState.Transferring, 0, 0);

        Assert.True(_pace.Take(Status(DownloadState.Transferring, ulong.MaxValue) with { BytesTotal = ulong.MaxValue }, TimeSpan.Zero));
        Assert.True(_pace.Take(Status(DownloadState.Transferring, 5) with { BytesTotal = 0 }, TimeSpan.Zero));
        Assert.False(_pace.Take(Status(DownloadState.Transferring, 6) with { BytesTotal = 0 }, TimeSpan.Zero));
    }

    bool Take(DownloadState state, ulong bytes, double seconds) => _pace.Take(Status(state, bytes), TimeSpan.FromSeconds(seconds));

    static DownloadStatus Status(DownloadState state, ulong bytes) => new(Guid.Empty, state, 1000, bytes, S_OK, S_OK);
}
