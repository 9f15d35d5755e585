using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>The one-liner, with an engine in the process.</summary>
public sealed class DownloadTests : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly TestContent _content = new(1, 4_000_000);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Target => _directory.File("a.bin");

    DownloadOptions Options => new() { StateDirectory = _directory.File("state") };

    [Fact]
    public async Task A_file_is_fetched_proved_and_put_in_place()
    {
        _origin.Serve("/a", _content);
        var seen = new List<JobSnapshot>();

        var file = await HaulClient.DownloadAsync(Url, Target, Options with { Digest = $"sha256:{_content.Sha256()}" }, new Seen(seen), Cancel);

        Assert.Null(_content.FirstDifference(Target));
        Assert.Equal((true, Target, _content.Sha256(), 4_000_000ul), (file.IsCompleted, file.LocalName, file.Sha256, file.BytesTotal));
        Assert.Equal(JobState.Transferred, seen[^1].State);
        Assert.Equal("a.bin", seen[0].DisplayName);
        Assert.Equal(JobPriority.Foreground, seen[0].Priority);
        Assert.Equal(["a.bin", "state"], Left());
    }

    [Fact]
    public async Task A_cancelled_call_leaves_a_job_that_the_same_call_goes_on_with()
    {
        var served = _origin.Serve("/a", _content).StallsAfter(3_000_000);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HaulClient.DownloadAsync(
            Url, Target, Options, new Until(snapshot => snapshot.Progress.BytesTransferred >= 2_500_000, enough), enough.Token));
        await using (var client = HaulClient.InProcess(Options.StateDirectory))
            Assert.Equal(JobState.Suspended, (await client.ListJobsAsync(cancel: Cancel)).Single().State);
        served.BehavesWell();

        await HaulClient.DownloadAsync(Url, Target, Options, cancel: Cancel);

        Assert.Null(_content.FirstDifference(Target));
        Assert.Equal(["a.bin", "state"], Left());
        Assert.DoesNotContain(_origin.Requests.Skip(1), request => request.Range == "bytes=0-");
    }

    [Fact]
    public async Task A_call_with_secrets_starts_anew_and_leaves_nothing_of_the_old_one()
    {
        var served = _origin.Serve("/a", _content).StallsAfter(3_000_000);
        var options = Options with { Http = new HttpOptions { BearerToken = "old" } };
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HaulClient.DownloadAsync(
            Url, Target, options, new Until(snapshot => snapshot.Progress.BytesTransferred >= 1_000_000, enough), enough.Token));
        served.BehavesWell();
        served.RequiresBearer("new");

        await HaulClient.DownloadAsync(Url, Target, Options with { Http = new HttpOptions { BearerToken = "new" } }, cancel: Cancel);

        Assert.Null(_content.FirstDifference(Target));
        Assert.Equal(["a.bin", "state"], Left());
    }

    [Fact]
    public async Task Headers_for_a_challenge_are_secrets_of_a_call_too()
    {
        var served = _origin.Serve("/a", _content).StallsAfter(3_000_000);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HaulClient.DownloadAsync(
            Url, Target, With("old"), new Until(snapshot => snapshot.Progress.BytesTransferred >= 1_000_000, enough), enough.Token));
        served.BehavesWell();
        served.RequiresBearer("new");

        await HaulClient.DownloadAsync(Url, Target, With("new"), cancel: Cancel);

        Assert.Null(_content.FirstDifference(Target));
        Assert.Equal(["a.bin", "state"], Left());

        DownloadOptions With(string token) => Options with { Http = new HttpOptions { AuthHeaders = [new Header("Authorization", $"Bearer {token}")] } };
    }

    [Fact]
    public async Task A_failure_has_the_job_s_code_and_leaves_nothing_when_nothing_came()
    {
        _origin.Serve("/a").Fails(404);

        var failure = await Assert.ThrowsAsync<HaulException>(() => HaulClient.DownloadAsync(Url, Target, Options, cancel: Cancel));

        Assert.Equal(HResult.FromHttpStatus(404), failure.Code);
        Assert.Equal(["state"], Left());
        await using var client = HaulClient.InProcess(Options.StateDirectory);
        Assert.Empty(await client.ListJobsAsync(cancel: Cancel));
    }

    [Fact]
    public async Task A_file_that_stands_there_is_left_alone_unless_it_may_be_replaced()
    {
        _origin.Serve("/a", _content);
        File.WriteAllText(Target, "mine");

        var failure = await Assert.ThrowsAsync<HaulException>(() => HaulClient.DownloadAsync(Url, Target, Options, cancel: Cancel));
        Assert.Equal(ERROR_FILE_EXISTS, failure.Code);
        Assert.Equal("mine", File.ReadAllText(Target));

        await HaulClient.DownloadAsync(Url, Target, Options with { Overwrite = true }, cancel: Cancel);
        Assert.Null(_content.FirstDifference(Target));
    }

    [Fact]
    public async Task Several_at_once_share_one_engine()
    {
        var paths = Enumerable.Range(0, 5).Select(i => _directory.File($"{i}.bin")).ToList();
        _origin.Serve("/a", _content);

        await Task.WhenAll(paths.Select(path => HaulClient.DownloadAsync(Url, path, Options, cancel: Cancel)));

        Assert.All(paths, path => Assert.Null(_content.FirstDifference(path)));
    }

    string Url => _origin.UrlOf("/a").AbsoluteUri;

    string[] Left() => [.. new DirectoryInfo(_directory.Path).GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await _origin.DisposeAsync();
        _directory.Dispose();
    }

    sealed class Seen(List<JobSnapshot> all) : IProgress<JobSnapshot>
    {
        public void Report(JobSnapshot value) => all.Add(value);
    }

    sealed class Until(Predicate<JobSnapshot> isEnough, CancellationTokenSource enough) : IProgress<JobSnapshot>
    {
        public void Report(JobSnapshot value)
        {
            if (isEnough(value))
                enough.Cancel();
        }
    }
}
