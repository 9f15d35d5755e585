using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>A program with one job, which it treats as the die falls, until it is calm; then it brings the job to its end.</summary>
sealed class SimDriver(SimWorld world, RandomOrigins origins, string name)
{
    readonly Random _die = world.Die(name);
    readonly Caller _caller = new(1000, 1000, "user", false);
    SimJob? _job;
    int _tries;
    int _life;

    /// <summary>Jobs whose creation was never answered: they may be there or not.</summary>
    public List<string> Unsure { get; } = [];

    /// <summary>A temporary file could not be removed, and its program was told so.</summary>
    public bool MayLeaveFiles { get; private set; }

    public async Task LiveAsync()
    {
        await world.Clock.WaitSeconds(_die.Between(0, 20));
        while (!origins.IsCalm)
        {
            if (world.Life is { } life)
                await ActAsync(life);
            await world.Clock.WaitSeconds(_die.Percent(30) ? _die.Between(0, 0.2) : _die.Between(0, 15));
        }
    }

    async Task ActAsync(EngineLife life)
    {
        if (_job is null)
        {
            await CreateAsync();
            return;
        }
        if (life.Number != _life)
        {
            _life = life.Number;
            await _job.VerifyAsync();
            if (_die.Percent(80))
                await ListenAsync(_job);
            return;
        }
        if (_job.Known.IsEnded)
            _job = null;
        else
            await ActAsync(_job);
    }

    async Task CreateAsync()
    {
        var job = new SimJob(world, _caller, $"{name}.{++_tries}");
        var asked = new CreateJob
        {
            DisplayName = job.Name,
            Resume = _die.Percent(60),
            Properties = _die.Percent(50) ? null : Change(),
        };
        var wishes = Enumerable.Range(0, _die.Weighed((5, 0), (50, 1), (25, 2), (20, _die.Next(3, 6)))).Select(_ => origins.Wish(_die)).ToArray();
        if (wishes.Length == 0)
            asked = asked with { Resume = false };
        Unsure.Add(job.Name);
        var outcome = await job.CreateAsync(asked, wishes);
        if (outcome is null)
            return;
        Unsure.Remove(job.Name);
        if (!outcome.Value.Succeeded)
            return;
        (_job, _life) = (job, world.Life?.Number ?? 0);
        if (_die.Percent(80))
            await ListenAsync(job);
    }

    Task ActAsync(SimJob job) => _die.Weighed<Func<Task>>(
        (25, job.ResumeAsync),
        (10, job.SuspendAsync),
        (2, () => EndAsync(job.CancelAsync())),
        (job.State == JobState.Transferred ? 30 : 2, () => EndAsync(job.CompleteAsync())),
        (6, () => job.Known.IsAdding ? Task.CompletedTask : job.AddAsync(origins.Wish(_die))),
        (12, () => job.ChangeAsync(Change())),
        (4, () => job.Wishes.Count == 0 ? Task.CompletedTask : job.SetRemoteNameAsync(_die.Next(job.Wishes.Count), origins.Content(_die))),
        (6, () => ListenAsync(job)),
        (2, () => job.ListenAsync(null)),
        (10, job.VerifyAsync))();

    async Task EndAsync(Task<HResult?> ending)
    {
        if (await ending is { } code)
            MayLeaveFiles |= code == HResults.BG_S_UNABLE_TO_DELETE_FILES;
    }

    JobChange Change() => new()
    {
        Description = _die.Percent(50) ? null : $"text {_die.Next(1000)}",
        Priority = _die.Percent(50) ? null : _die.Pick(JobPriority.Foreground, JobPriority.High, JobPriority.Normal, JobPriority.Low),
        NotifyFlags = _die.Percent(50) ? null : (NotifyFlags)_die.Next(0x40) & ~NotifyFlags.Disable,
        MinimumRetryDelaySeconds = _die.Percent(80) ? null : (uint)_die.Pick(0, 5, 30, 120),
    };

    Task<HResult?> ListenAsync(SimJob job)
    {
        var clock = world.Life?.Lane.Clock ?? world.Programs.Clock;
        return job.ListenAsync(new SimCallback(world, job, (what, gone) => AnswerAsync(job, what, clock, gone)));
    }

    async Task<HResult> AnswerAsync(SimJob job, Notification what, SimClock clock, CancellationToken gone)
    {
        if (origins.IsCalm)
            return HResults.S_OK;
        switch (_die.Next(100))
        {
            case < 8: return HResults.E_FAIL;
            case < 12: throw new InvalidOperationException("The program's own fault");
            case < 20: await clock.Wait(TimeSpan.FromSeconds(_die.Between(1, 300)), gone); return _die.Percent(80) ? HResults.S_OK : HResults.E_FAIL;
            case < 24: await clock.Wait(Timeout.InfiniteTimeSpan, gone); return HResults.S_OK;
            case < 34 when what.Kind == NotificationKind.JobTransferred: await EndAsync(job.CompleteAsync()); return HResults.S_OK;
            case < 40: await job.ResumeAsync(); return HResults.S_OK;
            case < 42: await job.SuspendAsync(); return HResults.S_OK;
            default: return HResults.S_OK;
        }
    }

    /// <summary>All is well by now: the job must come to an end that suits its files.</summary>
    public async Task FinishAsync()
    {
        if (_job is not { } job || job.Known.IsEnded)
            return;
        await job.VerifyAsync();
        await job.ListenAsync(new SimCallback(world, job, static (_, _) => Task.FromResult(HResults.S_OK)));
        if (job.Known.IsEndSent && job.State is null or JobState.Acknowledged or JobState.Cancelled)
            return;
        if (job.Wishes.Count == 0 && !job.Known.IsAdding)
        {
            await EndAsync(job.CancelAsync());
            return;
        }
        await new JobFinish(world, job, _die).RunAsync();
    }
}
