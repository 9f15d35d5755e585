using System.Globalization;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Cli;

/// <summary>Gets that were interrupted or killed go on where they were.</summary>
public sealed class GetResumeTests : IAsyncDisposable
{
    const int SignalInterrupt = 2;
    const int SignalTerminate = 15;
    const long Length = 12_000_000;

    static readonly TestContent _content = new(5, Length);
    readonly CliRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    /// <summary>Starts a get that gets so far and no further.</summary>
    async Task<RunningProgram> StallAsync(params string[] options)
    {
        _rig.Origin.Serve("/file", _content).StallsAfter(7_000_000, answers: 2);
        var get = _rig.Start(["get", _rig.Url("/file"), "--connections", "1", .. options]);
        await get.WaitForLineAsync(get.Errors, line => line.Contains("50 %", StringComparison.Ordinal));
        return get;
    }

    long BytesSent() => _rig.Origin.Requests.Sum(request => request.BodyBytesSent);

    [Theory]
    [InlineData(SignalInterrupt)]
    [InlineData(SignalTerminate)]
    public async Task An_interrupted_get_says_how_it_goes_on_and_goes_on(int signal)
    {
        await using var get = await StallAsync();
        var start = TimeProvider.System.GetTimestamp();
        get.Send(signal);
        var stopped = await CliRig.EndAsync(get);

        Assert.Equal(130, stopped.Exit);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.EndsWith($"to resume: haul get {_rig.Url("/file")} --connections 1", stopped.Error, StringComparison.Ordinal);
        Assert.Single(_rig.Temporaries());

        _rig.Origin.Serve("/file", _content);
        var resumed = await _rig.RunAsync("get", _rig.Url("/file"), "--connections", "1");

        Assert.Equal(0, resumed.Exit);
        Assert.Contains("resuming: ", resumed.Error, StringComparison.Ordinal);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        await _rig.Origin.WaitUntilIdleAsync();
        Assert.InRange(BytesSent(), Length, Length + 4_000_000);
        Assert.Empty(_rig.Gets());
        Assert.Empty(_rig.Temporaries());
    }

    [Fact]
    public async Task A_killed_get_goes_on_and_is_listed_meanwhile()
    {
        await using var get = await StallAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        await get.KillAsync();

        var jobs = await _rig.RunAsync("jobs");
        Assert.Equal(0, jobs.Exit);
        Assert.Contains($"get of {_rig.Target("file")}", jobs.Out, StringComparison.Ordinal);
        Assert.Contains($"to resume: cd {_rig.Work} && haul get {_rig.Url("/file")} --connections 1", jobs.Out, StringComparison.Ordinal);

        _rig.Origin.Serve("/file", _content);
        var resumed = await _rig.RunAsync("get", _rig.Url("/file"), "--connections", "1");

        Assert.Equal(0, resumed.Exit);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        await _rig.Origin.WaitUntilIdleAsync();
        Assert.InRange(BytesSent(), Length, Length + 4_000_000);
        Assert.Equal(4, (await _rig.RunAsync("jobs")).Exit);
    }

    [Fact]
    public async Task An_interrupted_get_is_discarded_by_its_id()
    {
        await using var get = await StallAsync();
        var id = Path.GetFileName(Assert.Single(_rig.Gets()))[..8];
        Assert.Contains("at work", (await _rig.RunAsync("cancel", id)).Error, StringComparison.Ordinal);
        await get.KillAsync();
        Assert.Contains($"to discard: haul cancel {id}", (await _rig.RunAsync("jobs")).Out, StringComparison.Ordinal);

        var cancelled = await _rig.RunAsync("cancel", id);

        Assert.Equal((0, $"{id} cancelled"), (cancelled.Exit, cancelled.Out));
        Assert.Empty(_rig.Gets());
        Assert.Empty(_rig.Temporaries());
        Assert.Equal(4, (await _rig.RunAsync("cancel", id)).Exit);
    }

    [Fact]
    public async Task Signals_of_one_moment_are_one_wish()
    {
        // timeout(1) signals the process, and then its group.
        await using var get = await StallAsync();
        get.Send(SignalTerminate);
        get.Send(SignalInterrupt);

        var stopped = await CliRig.EndAsync(get);

        Assert.Equal(130, stopped.Exit);
        Assert.Contains("to resume: ", stopped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_get_of_the_same_file_says_that_the_first_is_at_it()
    {
        await using var first = await StallAsync();

        var second = await _rig.RunAsync("get", _rig.Url("/file"), "--connections", "1");

        Assert.Equal(3, second.Exit);
        Assert.Contains("is being fetched already", second.Error, StringComparison.Ordinal);
        Assert.Contains("running", (await _rig.RunAsync("jobs")).Out, StringComparison.Ordinal);
        Assert.Equal(130, await first.TerminateAsync());
    }

    [Fact]
    public async Task Gets_of_different_files_run_side_by_side()
    {
        _rig.Origin.Serve("/other", new TestContent(9, 100_000));
        await using var first = await StallAsync();

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/other"))).Exit);
        Assert.False(first.HasExited);
        Assert.Equal(130, await first.TerminateAsync());
    }

    [Fact]
    public async Task Another_url_for_the_same_file_goes_on_with_what_is_here()
    {
        await using (var get = await StallAsync())
            await get.TerminateAsync();
        _rig.Origin.Serve("/mirror", _content);

        var resumed = await _rig.RunAsync("get", _rig.Url("/mirror"), "-o", "file", "--connections", "1");

        Assert.Equal(0, resumed.Exit);
        Assert.Contains("the URL is not the one", resumed.Error, StringComparison.Ordinal);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        Assert.NotEqual(0, long.Parse(_rig.Origin.RequestsOf("/mirror")[0].Range!["bytes=".Length..].Split('-')[0], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Other_options_start_anew_and_say_so()
    {
        await using (var get = await StallAsync())
            await get.TerminateAsync();
        _rig.Origin.Serve("/file", _content);

        var anew = await _rig.RunAsync("get", _rig.Url("/file"), "--sha256", _content.Sha256());

        Assert.Equal(0, anew.Exit);
        Assert.Contains("starting anew", anew.Error, StringComparison.Ordinal);
        Assert.Empty(_rig.Temporaries());
    }

    [Fact]
    public async Task A_command_with_a_secret_is_not_shown_again()
    {
        await using var get = await StallAsync("--bearer", "t0ken");
        get.Send(SignalTerminate);

        var stopped = await CliRig.EndAsync(get);
        Assert.EndsWith("to resume, give the same command again", stopped.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", stopped.Error + (await _rig.RunAsync("jobs")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_forgotten_get_left_is_taken_away_by_a_later_one()
    {
        await using (var get = await StallAsync())
            await get.TerminateAsync();
        var old = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31);
        foreach (var path in Directory.GetFiles(Assert.Single(_rig.Gets())))
            File.SetLastWriteTimeUtc(path, old);
        Directory.SetLastWriteTimeUtc(_rig.Gets()[0], old);
        _rig.Origin.Serve("/other", new TestContent(9, 100_000));

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/other"))).Exit);

        Assert.Empty(_rig.Gets());
        Assert.Empty(_rig.Temporaries());
    }

    [Fact]
    public async Task State_is_for_its_owner_only()
    {
        await using var get = await StallAsync();

        var modes = await _rig.ShellAsync($"stat -c %a {Path.Combine(_rig.State, "haul")} {Assert.Single(_rig.Gets())}");
        Assert.Equal("700\n700", modes.Out);
        await get.TerminateAsync();
    }
}
