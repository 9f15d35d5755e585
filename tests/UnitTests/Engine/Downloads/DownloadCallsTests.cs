using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>Downloads from being made to their end, over the real jobs.</summary>
public sealed class DownloadCallsTests : IDisposable
{
    static readonly StartDownload Whole = new() { Ranges = [] };
    static readonly StartDownload Again = new();

    readonly JobWorld _world = new();

    [Fact]
    public void A_download_is_made_started_and_finalized()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"));
        var id = Make();
        Assert.Equal(DownloadState.Created, StateOf(id));
        Assert.Equal(JobState.Suspended, _world.StateOf(id));
        Assert.Equal("a", _world.Now(id).DisplayName);

        Assert.Equal(S_OK, Start(id).Code);
        Assert.Equal((DownloadState.Transferred, 1000ul, 1000ul), (StateOf(id), StatusOf(id).BytesTotal, StatusOf(id).BytesTransferred));
        Assert.DoesNotContain(JobWorld.Local("a"), _world.Disk.Paths);

        Assert.Equal(DownloadState.Finalized, _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id)).Value!.State);
        Assert.Equal(origin.Bytes, _world.Disk.BytesOf(JobWorld.Local("a")));
        Assert.Equal(DownloadState.Finalized, StateOf(id));
        Assert.Equal(DO_E_INVALID_STATE, Start(id).Code);
        Assert.Equal(DO_E_INVALID_STATE, _world.Do(downloads => downloads.AbortAsync(_world.Ann, id)).Code);
        Assert.Equal(S_OK, _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id)).Code);
    }

    [Fact]
    public void Paused_it_rests_and_started_again_it_goes_on()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var id = Make();
        Start(id);
        _world.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(DownloadState.Paused, _world.Do(downloads => downloads.PauseAsync(_world.Ann, id)).Value!.State);
        Assert.Equal((DownloadState.Paused, S_OK, S_OK), (StateOf(id), StatusOf(id).Error, StatusOf(id).ExtendedError));
        Assert.Equal(S_OK, _world.Do(downloads => downloads.PauseAsync(_world.Ann, id)).Code);

        _world.Go(origin);
        Assert.Equal(DownloadState.Transferred, Start(id, Again).Value!.State);
        Assert.Equal(2 << 20, _world.Origin.Requests[^1].Range!.From);
    }

    [Fact]
    public void Aborted_it_is_gone_with_what_was_fetched()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var id = Make();
        Start(id);
        Assert.NotEmpty(_world.Disk.Paths);

        Assert.Equal(DownloadState.Aborted, _world.Do(downloads => downloads.AbortAsync(_world.Ann, id)).Value!.State);

        Assert.Empty(_world.Disk.Paths);
        Assert.Equal(DownloadState.Aborted, StateOf(id));
        Assert.Equal(S_OK, _world.Do(downloads => downloads.AbortAsync(_world.Ann, id)).Code);
        Assert.Equal(DO_E_INVALID_STATE, _world.Do(downloads => downloads.PauseAsync(_world.Ann, id)).Code);
    }

    [Fact]
    public void What_is_missing_for_a_start_is_said_and_nothing_changes()
    {
        var empty = Create(new Dictionary<string, DownloadValue>());
        Assert.Equal(DO_E_DOWNLOAD_RANGES_EXPECTED, Start(empty, Again).Code);
        Assert.Equal(DO_E_DOWNLOAD_NO_URI, Start(empty).Code);
        Set(empty, DownloadProperty.Uri, DownloadValue.Of(JobWorld.Url("a")));
        Assert.Equal(DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, Start(empty).Code);
        Set(empty, DownloadProperty.LocalPath, DownloadValue.Of(JobWorld.Local("a")));
        Assert.Equal(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, Start(empty, new StartDownload { Ranges = [], SinkDirectory = "/files" }).Code);
        Assert.Equal(DO_E_INVALID_RANGE, Start(empty, new StartDownload { Ranges = [new ByteRange(0, 0)] }).Code);
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Start(empty, new StartDownload { Ranges = [new ByteRange(0, 2), new ByteRange(1, 2)] }).Code);
        Set(empty, DownloadProperty.IntegrityCheckMandatory, DownloadValue.Of(true));
        Assert.Equal(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, Start(empty).Code);
        Set(empty, DownloadProperty.DecryptionInfo, DownloadValue.Of("{}"));
        Assert.Equal(DO_E_FILE_ENCRYPTION_EXPECTED, Start(empty).Code);
        Assert.Equal(DownloadState.Created, StateOf(empty));

        var other = Make("b");
        _world.Disk.Put(JobWorld.Local("b"), [1]);
        Assert.Equal(ERROR_FILE_EXISTS, Start(other).Code);
        Assert.Equal(DownloadState.Created, StateOf(other));
        Assert.Equal(DO_E_INVALID_STATE, _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, other)).Code);
    }

    [Fact]
    public void A_paused_download_for_the_same_path_makes_room_for_a_new_one()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var first = Make();
        Start(first);
        var second = Make();
        Assert.Equal(ERROR_FILE_EXISTS, Start(second).Code);
        _world.Do(downloads => downloads.PauseAsync(_world.Ann, first));

        Assert.Equal(ERROR_FILE_EXISTS, _world.Do(downloads => downloads.StartAsync(_world.Ann, second, Whole, mayTakeOver: false)).Code);
        Assert.Equal(S_OK, Start(second).Code);

        Assert.Equal(DownloadState.Aborted, StateOf(first));
        Assert.Equal(DownloadState.Transferring, StateOf(second));
    }

    [Fact]
    public void A_fatal_error_is_a_pause_with_its_code()
    {
        var id = Make();
        Start(id);

        Assert.Equal((DownloadState.Paused, HResult.FromHttpStatus(404), S_OK), (StateOf(id), StatusOf(id).Error, StatusOf(id).ExtendedError));
        Assert.Equal(404ul, Get(id, "HttpStatusCode").Value!.Value.Number);
        _world.Origin.Serve(JobWorld.Url("a"));
        Assert.Equal((DownloadState.Transferred, S_OK), (Start(id, Again).Value!.State, StatusOf(id).Error));
    }

    [Fact]
    public void A_failure_that_is_waited_out_is_transferring_with_its_code()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Refusing(500);
        var id = Make();
        Start(id);

        Assert.Equal((DownloadState.Transferring, HResult.FromHttpStatus(500)), (StateOf(id), StatusOf(id).Error));

        Set(id, DownloadProperty.NoProgressTimeoutSeconds, DownloadValue.Of(60UL));
        _world.Pass(TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(1));
        Assert.Equal((DownloadState.Paused, DO_E_DOWNLOAD_NO_PROGRESS, HResult.FromHttpStatus(500)), (StateOf(id), StatusOf(id).Error, StatusOf(id).ExtendedError));
    }

    [Fact]
    public void A_lack_of_network_is_a_pause_without_an_error_that_ends_by_itself()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"));
        origin.Throws = new HttpRequestException("no", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NetworkUnreachable));
        var id = Make();
        Start(id);

        Assert.Equal((DownloadState.Paused, S_OK, DO_E_BLOCKED_BY_NO_NETWORK), (StateOf(id), StatusOf(id).Error, StatusOf(id).ExtendedError));

        origin.Throws = null;
        _world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(DownloadState.Transferred, StateOf(id));
    }

    [Fact]
    public void Fetched_bytes_that_vanished_while_it_was_paused_are_an_error_once()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var id = Make();
        Start(id);
        _world.Do(downloads => downloads.PauseAsync(_world.Ann, id));
        _world.Disk.Remove(_world.FileOf(id).TemporaryName!);

        Assert.Equal(S_OK, Start(id, Again).Code);
        Assert.Equal((DownloadState.Paused, ERROR_FILE_NOT_FOUND), (StateOf(id), StatusOf(id).Error));

        _world.Go(origin);
        Assert.Equal(DownloadState.Transferred, Start(id, Again).Value!.State);
    }

    [Fact]
    public void Another_part_of_the_file_comes_behind_the_first()
    {
        var content = FakeOrigin.Content(5 << 20);
        _world.Origin.Serve(JobWorld.Url("a"), content);
        var id = Make();
        Assert.Equal(DownloadState.Transferred, Start(id, new StartDownload { Ranges = [new ByteRange(100, (2 << 20) + 10)] }).Value!.State);

        Assert.Equal(DownloadState.Transferred, Start(id, new StartDownload { Ranges = [new ByteRange(4 << 20, 1000)] }).Value!.State);
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Start(id, new StartDownload { Ranges = [new ByteRange(0, 101)] }).Code);
        Assert.Equal(DO_E_INVALID_RANGE, Start(id, new StartDownload { Ranges = [new ByteRange(6 << 20, 1)] }).Code);
        Assert.Equal(S_OK, Start(id, Again).Code);

        // The two whole pieces of the first part were not fetched again.
        Assert.Equal(100 + (2 << 20), _world.Origin.Requests[1].Range!.From);
        _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id));
        Assert.Equal([.. content.AsSpan(100, (2 << 20) + 10), .. content.AsSpan(4 << 20, 1000)], _world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void Other_ranges_after_a_pause_begin_anew()
    {
        var content = FakeOrigin.Content(2000);
        var origin = _world.Origin.Serve(JobWorld.Url("a"), content).Stalling();
        var id = Make();
        Start(id);
        _world.Do(downloads => downloads.PauseAsync(_world.Ann, id));
        _world.Go(origin);

        Start(id, new StartDownload { Ranges = [new ByteRange(500, 10)] });

        _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id));
        Assert.Equal(content.AsSpan(500, 10).ToArray(), _world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void A_volatile_download_ends_with_the_agent_and_another_goes_on()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        _world.Origin.Serve(JobWorld.Url("b"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var kept = Make(more: (DownloadProperty.NonVolatile, DownloadValue.Of(true)));
        var lost = Make("b");
        Start(kept);
        Start(lost);
        _world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _world.Disk.Paths.Count);

        _world.Crash();

        Assert.Single(_world.Disk.Paths);
        Assert.Null(_world.Recorded(lost));
        Assert.Equal(DownloadState.Transferring, StateOf(kept));
        Assert.True(Get(kept, "NonVolatile").Value!.Value.Flag);
        _world.Go(origin);
        Assert.Equal(DownloadState.Transferred, StateOf(kept));
    }

    [Fact]
    public void Only_the_caller_s_own_downloads_are_listed()
    {
        Assert.Equal(DO_E_NO_DOWNLOADS, List(null, null).Code);
        var a = Make();
        _world.Pass(TimeSpan.FromSeconds(1));
        var b = Make("b", (DownloadProperty.ContentId, DownloadValue.Of("content")), (DownloadProperty.DisplayName, DownloadValue.Of("name")));
        _world.Create();
        _world.Do(downloads => downloads.CreateAsync(_world.Bob, new CreateDownload()));

        Assert.Equal([a, b], List(null, null).Value!.Select(one => one.Id));
        Assert.Equal(b, List("Id", b.ToString().ToUpperInvariant()).Value!.Single().Id);
        Assert.Equal(a, List("uri", JobWorld.Url("a")).Value!.Single().Id);
        Assert.Equal(b, List("ContentId", "content").Value!.Single().Id);
        Assert.Equal(b, List("3", "name").Value!.Single().Id);
        Assert.Equal(b, List("LocalPath", JobWorld.Local("b")).Value!.Single().Id);
        Assert.Equal(DO_E_NO_DOWNLOADS, List("DisplayName", "Name").Code);
        Assert.Equal(E_INVALIDARG, List("CostPolicy", "1").Code);
        Assert.Equal(E_INVALIDARG, List("Nothing", "1").Code);
        Assert.Equal(E_INVALIDARG, List("Id", null).Code);
        Assert.Equal(E_ACCESSDENIED, _world.Do(downloads => downloads.PauseAsync(_world.Bob, a)).Code);
        Assert.Equal(DO_E_JOB_NOT_FOUND, _world.Do(downloads => downloads.PauseAsync(_world.Ann, _world.Create())).Code);
    }

    [Fact]
    public void A_download_takes_no_files_as_a_job() =>
        Assert.Equal(E_INVALIDARG, _world.Ask(jobs => jobs.AddFilesAsync(_world.Ann, Make(), [JobWorld.File("b")])).Code);

    [Fact]
    public void Too_many_downloads_are_too_many_jobs()
    {
        _world.Policy = _world.Policy with { JobsPerUserMax = 1 };
        Make();
        Assert.Equal(BG_E_TOO_MANY_JOBS_PER_USER, _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload())).Code);
    }

    public void Dispose() => _world.Dispose();

    Guid Create(IReadOnlyDictionary<string, DownloadValue> properties) =>
        _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload { Properties = properties })).Value!.Id;

    Guid Make(string name = "a", params (DownloadProperty Property, DownloadValue Value)[] more)
    {
        var properties = new Dictionary<string, DownloadValue> { ["Uri"] = DownloadValue.Of(JobWorld.Url(name)), ["LocalPath"] = DownloadValue.Of(JobWorld.Local(name)) };
        foreach (var (property, value) in more)
            properties.Add(property.ToString(), value);
        return Create(properties);
    }

    Outcome<DownloadStatus> Start(Guid id, StartDownload? asked = null) => _world.Do(downloads => downloads.StartAsync(_world.Ann, id, asked ?? Whole));

    Outcome<DownloadPropertyValue> Get(Guid id, string property) => _world.Do(downloads => downloads.GetAsync(_world.Ann, id, property));

    void Set(Guid id, DownloadProperty property, DownloadValue value) =>
        Assert.Equal(S_OK, _world.Do(downloads => downloads.SetAsync(_world.Ann, id, property.ToString(), value)).Code);

    Outcome<IReadOnlyList<DownloadStatus>> List(string? property, string? value) => _world.Do(downloads => Task.FromResult(downloads.List(_world.Ann, property, value)));

    DownloadStatus StatusOf(Guid id) => _world.Do(downloads => Task.FromResult(downloads.Status(_world.Ann, id))).Value!;

    DownloadState StateOf(Guid id) => StatusOf(id).State;
}
