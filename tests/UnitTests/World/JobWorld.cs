using Haul.Engine.Downloads;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.World;

/// <summary>A real job manager over a fake disk, fake origins, fake time and a database in memory, all on the test's own thread.</summary>
sealed class JobWorld : IDisposable
{
    // The database lives as long as this connection, so that a second manager can be opened over it.
    readonly SqliteConnection _keeper;
    readonly string _database = $"file:{Guid.NewGuid():N}?mode=memory&cache=shared";
    readonly Workers _workers;
    Loop _loop = new();
    CancellationTokenSource _stop = new();
    JobStore _store;
    int _systemStarts;

    public JobWorld(Policy? policy = null, Workers? workers = null)
    {
        Policy = policy ?? new Policy();
        _workers = workers ?? new Workers(onTheSpot: true);
        _keeper = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _database, Pooling = false }.ToString());
        _keeper.Open();
        Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeDisk Disk { get; } = new();

    public FakeOrigin Origin { get; } = new();

    /// <summary>What the administrator allows from now on.</summary>
    public Policy Policy { get; set; }

    /// <summary>Why no way to an origin can be opened, or null.</summary>
    public Failure? NoWay { get; set; }

    /// <summary>The ways to origins that were opened.</summary>
    public List<HttpRoute> Ways { get; } = [];

    public Caller Ann { get; } = new(1000, 1000, "ann", IsAdministrator: false);

    public Caller Bob { get; } = new(1001, 1001, "bob", IsAdministrator: false);

    public Caller Root { get; } = new(0, 0, "root", IsAdministrator: true);

    public JobManager Jobs { get; private set; } = null!;

    /// <summary>The manager's loop.</summary>
    public Task Running { get; private set; } = null!;

    /// <summary>A file of a job, served or not.</summary>
    public static AddFile File(string name) => new() { RemoteName = Url(name), LocalName = Local(name) };

    public static string Url(string name) => $"http://origin.test/{name}";

    public static string Local(string name) => Path.GetFullPath($"/files/{name}");

    /// <summary>What a call answers that waits for nothing but the manager.</summary>
    public T Ask<T>(Func<JobManager, Task<T>> what)
    {
        var answer = Begin(what);
        Assert.True(answer.IsCompleted, $"No answer came. The jobs' loop: {Running.Status} {Running.Exception}");
        return answer.GetAwaiter().GetResult();
    }

    /// <summary>What a call about downloads answers.</summary>
    public T Do<T>(Func<DownloadCalls, Task<T>> what) => Ask(jobs => what(new DownloadCalls(jobs, Disk, () => Policy)));

    /// <summary>Makes a call and runs as far as everything gets.</summary>
    public Task<T> Begin<T>(Func<JobManager, Task<T>> what) => _loop.Start(() => what(Jobs));

    /// <summary>Makes several calls before the manager sees the first of them, so that all fall into one round.</summary>
    public void BeginTogether(params Action<JobManager>[] calls) => _loop.Start(() =>
    {
        foreach (var call in calls)
            call(Jobs);
        return Task.CompletedTask;
    });

    public Outcome<JobSnapshot> TryCreate(CreateJob asked, Caller? caller = null) => Ask(jobs => jobs.CreateAsync(caller ?? Ann, asked));

    /// <summary>A suspended job of Ann's.</summary>
    public Guid Create(params AddFile[] files) => TryCreate(new CreateJob { DisplayName = "test", Files = files }).Value!.Id;

    /// <summary>A job of Ann's that was resumed.</summary>
    public Guid Run(params AddFile[] files) => TryCreate(new CreateJob { DisplayName = "test", Files = files, Resume = true }).Value!.Id;

    public JobSnapshot Now(Guid job) => Jobs.Get(Root, job).Value!;

    public JobState StateOf(Guid job) => Now(job).State;

    public FileSnapshot FileOf(Guid job, int index = 0) => Ask(jobs => jobs.FilesAsync(Root, job)).Value![index];

    /// <summary>What the database says of a job, read past the manager.</summary>
    public JobSnapshot? Recorded(Guid job)
    {
        using var store = JobStore.Open(_database, TestSecrets.Open());
        return store.Load().Find(one => one.Id == job)?.Snapshot();
    }

    /// <summary>Lets the origin go on and everything follow.</summary>
    public void Go(RemoteFile file)
    {
        file.Go();
        _loop.RunUntilIdle();
    }

    /// <summary>Lets time pass in steps, and everything happen that follows from each.</summary>
    public void Pass(TimeSpan time, TimeSpan? step = null)
    {
        for (var left = time; left > TimeSpan.Zero; left -= step ?? TransferLeases.Interval)
        {
            var next = step ?? TransferLeases.Interval;
            Time.Advance(next < left ? next : left);
            _loop.RunUntilIdle();
        }
    }

    /// <summary>Stops the manager as an agent does that is asked to end.</summary>
    public Task Stop()
    {
        _stop.Cancel();
        _loop.RunUntilIdle();
        return Running;
    }

    /// <summary>Goes on until something has come true that other threads work on.</summary>
    public void RunUntil(Func<bool> isTrue) => _loop.RunUntil(isTrue);

    /// <summary>Ends the manager where it stands, as a kill does, and starts another over what is on disk and in the database.</summary>
    public void Crash()
    {
        _loop = new Loop();
        _stop = new CancellationTokenSource();
        _store.Dispose();
        Start();
    }

    /// <summary>The same with the whole machine: of files, only what is flushed is sure to be there.</summary>
    public void LosePower()
    {
        _systemStarts++;
        Crash();
    }

    /// <summary>Stops the manager and starts another.</summary>
    public void Restart()
    {
        Assert.True(Stop().IsCompletedSuccessfully, $"{Running.Status} {Running.Exception}");
        Crash();
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_store))]
    void Start()
    {
        _store = JobStore.Open(_database, TestSecrets.Open());
        var tools = new TransferTools(Disk, new PieceBuffers(), _workers, new OriginSlots(), Time) { Checkpoints = new Checkpoints(Disk, Path.GetFullPath($"/checkpoints/{_systemStarts}"), Root) { PiecesMin = 4 } };
        Jobs = new JobManager(_store, tools, OpenHttp, () => Policy, new Random(1));
        Running = _loop.Start(() => Jobs.RunAsync(_stop.Token));
    }

    Failure? OpenHttp(HttpRoute route, out HttpMessageInvoker invoker)
    {
        invoker = new HttpMessageInvoker(Origin, disposeHandler: false);
        Ways.Add(route);
        return NoWay;
    }

    public void Dispose()
    {
        Stop();
        _store.Dispose();
        _keeper.Dispose();
        _stop.Dispose();
        Origin.Dispose();
    }
}
