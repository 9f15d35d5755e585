using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Files of jobs that go to a reader and not to a path.</summary>
public sealed class FileToStreamTests : IDisposable
{
    const int Size = 3000;

    readonly JobWorld _world = new();
    readonly byte[] _buffer = new byte[8 << 20];

    [Fact]
    public void A_job_is_transferred_when_the_reader_has_all()
    {
        var content = FakeOrigin.Content(Size);
        _world.Origin.Serve(JobWorld.Url("a"), content);
        var id = _world.Run(ToStream("a"));
        Assert.Equal(JobState.Transferring, _world.StateOf(id));
        Assert.False(_world.FileOf(id).IsTransferred);

        Assert.Equal(Size, Read(id).Value);
        Assert.Equal(content, _buffer.AsSpan(0, Size));
        Assert.Equal(S_OK, Take(id, S_OK).Code);

        Assert.Equal(JobState.Transferred, _world.StateOf(id));
        Assert.Equal(1u, _world.Now(id).Progress.FilesTransferred);
    }

    [Fact]
    public void A_completed_job_places_the_others_and_keeps_nothing_of_it()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        _world.Origin.Serve(JobWorld.Url("b"), FakeOrigin.Content(Size));
        var id = _world.Run(ToStream("a"), JobWorld.File("b"));
        Take(id, S_OK);

        Assert.Equal(S_OK, _world.Ask(jobs => jobs.CompleteAsync(_world.Ann, id)).Value!.Code);

        Assert.Equal([JobWorld.Local("b")], _world.Disk.Paths);
        Assert.True(_world.FileOf(id).IsCompleted);
    }

    [Fact]
    public void One_that_nobody_took_is_left_out()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        var id = _world.Run(ToStream("a"));

        Assert.Equal(BG_S_PARTIAL_COMPLETE, _world.Ask(jobs => jobs.CompleteAsync(_world.Ann, id)).Value!.Code);

        Assert.Empty(_world.Disk.Paths);
        Assert.False(_world.FileOf(id).IsCompleted);
    }

    [Fact]
    public void A_reader_that_takes_no_more_fails_the_job_until_it_is_resumed()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        var id = _world.Run(ToStream("a"));

        Take(id, E_OUTOFMEMORY);

        Assert.Equal((JobState.Error, E_OUTOFMEMORY, 0), (_world.StateOf(id), _world.Now(id).Error!.Code, _world.Now(id).Error!.FileIndex));
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, id));
        Assert.Equal(JobState.Transferring, _world.StateOf(id));
        Take(id, S_OK);
        Assert.Equal(JobState.Transferred, _world.StateOf(id));
        // Too late to take it back.
        Take(id, E_OUTOFMEMORY);
        Assert.Equal(JobState.Transferred, _world.StateOf(id));
    }

    [Fact]
    public void Nobody_takes_what_is_not_here_or_goes_to_a_path()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size)).Stalling();
        var id = _world.Run(ToStream("a"), JobWorld.File("b"));

        Assert.Equal(DO_E_INVALID_STATE, Take(id, S_OK).Code);
        Assert.Equal(E_INVALIDARG, Take(id, S_OK, file: 1).Code);
        Assert.Equal(BG_E_FILE_NOT_FOUND, Take(id, S_OK, file: 2).Code);
        Assert.Equal(E_INVALIDARG, _world.Ask(jobs => jobs.OpenContentAsync(_world.Ann, id, 1)).Code);
        Assert.Equal(BG_E_FILE_NOT_FOUND, _world.Ask(jobs => jobs.OpenContentAsync(_world.Ann, id, 2)).Code);
        Assert.Equal(E_ACCESSDENIED, _world.Ask(jobs => jobs.OpenContentAsync(_world.Bob, id, 0)).Code);
        Assert.Equal(E_ACCESSDENIED, _world.Ask(jobs => jobs.TakeAsync(_world.Bob, id, 0, S_OK)).Code);
    }

    [Fact]
    public void What_was_taken_stays_taken_and_what_was_not_is_read_anew()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        _world.Origin.Serve(JobWorld.Url("b"), FakeOrigin.Content(Size, seed: 2));
        var id = _world.Run(ToStream("a"), ToStream("b"));
        Take(id, S_OK);

        _world.Crash();

        Assert.Equal((true, false), (_world.FileOf(id).IsTransferred, _world.FileOf(id, 1).IsTransferred));
        Assert.Equal(JobState.Transferring, _world.StateOf(id));
        Assert.Equal(Size, Read(id, 1).Value);
        Take(id, S_OK, file: 1);
        Assert.Equal(JobState.Transferred, _world.StateOf(id));
    }

    [Fact]
    public void What_a_power_cut_took_is_fetched_anew_by_the_next_resume()
    {
        var content = FakeOrigin.Content(Size);
        _world.Origin.Serve(JobWorld.Url("a"), content);
        var id = _world.Run(ToStream("a"));
        _world.Disk.Scribble(_world.FileOf(id).TemporaryName!, 17);
        _world.Crash();

        Assert.Equal(BG_E_VALIDATION_FAILED, Read(id).Code);
        Assert.Equal(JobState.Error, _world.StateOf(id));
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, id));

        Assert.Equal(Size, Read(id).Value);
        Assert.Equal(content, _buffer.AsSpan(0, Size));
    }

    [Fact]
    public void One_that_is_taken_while_its_job_rests_counts_when_the_job_is_resumed()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        var id = _world.Run(ToStream("a"));
        _world.Ask(jobs => jobs.SuspendAsync(_world.Ann, id));

        Take(id, S_OK);
        Assert.Equal(JobState.Suspended, _world.StateOf(id));
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, id));

        Assert.Equal(JobState.Transferred, _world.StateOf(id));
    }

    [Fact]
    public void A_job_whose_reader_never_comes_fails_after_its_timeout()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size));
        var id = _world.Run(ToStream("a"));
        _world.Ask(jobs => jobs.ChangeAsync(_world.Ann, id, new JobChange { NoProgressTimeoutSeconds = 60 }));

        _world.Pass(TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(1));

        Assert.Equal(DO_E_DOWNLOAD_NO_PROGRESS, _world.Now(id).Error!.Code);
    }

    /// <summary>Between the word of the cancel and its end the disk may take its time, and nothing is told at the end.</summary>
    [Fact]
    public void Who_reads_what_is_being_cancelled_waits_for_nothing()
    {
        var turns = new HeldTurns();
        using var world = new JobWorld(workers: new Workers(onTheSpot: false, turns));
        world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(Size)).Stalling();
        var id = world.Run(ToStream("a"));
        using var content = world.Ask(jobs => jobs.OpenContentAsync(world.Ann, id, 0)).Value!;
        var reading = world.Begin(_ => content.ReadAsync(_buffer, TestContext.Current.CancellationToken));
        Assert.False(reading.IsCompleted);

        turns.IsHeld = true;
        var cancelling = world.Begin(jobs => jobs.CancelAsync(world.Ann, id));
        world.RunUntil(() => reading.IsCompleted);
        Assert.False(cancelling.IsCompleted);
        turns.IsHeld = false;
        world.RunUntil(() => cancelling.IsCompleted);

        Assert.Equal(DO_E_JOB_NOT_FOUND, world.Ask(_ => reading).Code);
    }

    public void Dispose() => _world.Dispose();

    /// <summary>Work that waits for as long as it is told to.</summary>
    sealed class HeldTurns : SynchronizationContext
    {
        readonly Queue<Action> _waiting = [];

        public bool IsHeld
        {
            get;
            set
            {
                field = value;
                while (!field && _waiting.TryDequeue(out var work))
                    work();
            }
        }

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (IsHeld)
                _waiting.Enqueue(() => d(state));
            else
                d(state);
        }
    }

    static AddFile ToStream(string name) => JobWorld.File(name) with { IsToStream = true };

    Outcome<JobReply> Take(Guid id, HResult code, int file = 0) => _world.Ask(jobs => jobs.TakeAsync(_world.Ann, id, file, code));

    Outcome<int> Read(Guid id, int file = 0)
    {
        using var content = _world.Ask(jobs => jobs.OpenContentAsync(_world.Ann, id, file)).Value!;
        return _world.Ask(_ => content.ReadAsync(_buffer, TestContext.Current.CancellationToken));
    }
}
