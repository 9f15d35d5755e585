using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Watches;

/// <summary>States move only along the edges of the job table, and nobody saw a state that was not on record.</summary>
sealed class StateWatch(SimWorld world)
{
    readonly Dictionary<Guid, JobState> _states = [];
    int _life;
    long _seen;

    /// <summary>A new life begins with what is on record.</summary>
    public void Begin(IReadOnlyList<Job> recorded)
    {
        foreach (var job in recorded)
        {
            // What was committed last may not have been shown any more: that is one edge at most.
            if (_states.TryGetValue(job.Id, out var seen) && seen.IsFinal() && seen != job.State)
                world.Break($"{job.DisplayName} was seen {seen} and is recorded as {job.State}");
        }
        _states.Clear();
        foreach (var job in recorded)
            _states.Add(job.Id, job.State);
    }

    public void Look(EngineLife life)
    {
        if (life.Number != _life)
            (_life, _seen) = (life.Number, 0);
        if (life.Jobs.Events.Last == _seen)
            return;
        foreach (var happened in life.Jobs.Events.Since(_seen, out _)!)
        {
            _seen = happened.Sequence;
            Look(happened);
        }
    }

    void Look(JobEvent happened)
    {
        var job = happened.Job;
        if (happened.Kind != JobEventKind.Progress)
            world.Trace.Say($"{job.DisplayName}: {happened.Kind} {job.State} {job.Progress.FilesTransferred}/{job.Progress.FilesTotal} {job.Error?.Code}");
        if (!_states.TryGetValue(job.Id, out var before))
        {
            if (happened.Kind != JobEventKind.Created)
                world.Break($"{job.DisplayName} is {job.State} without having been created");
        }
        else if (before != job.State && !IsEdge(before, job.State))
        {
            world.Break($"{job.DisplayName} went from {before} to {job.State}, which is no edge of the job table");
        }
        _states[job.Id] = job.State;
        if (job.State is JobState.Error or JobState.TransientError != job.Error is not null)
            world.Break($"{job.DisplayName} is {job.State} and its error is {job.Error?.ToString() ?? "none"}");
    }

    static bool IsEdge(JobState from, JobState to) =>
        Enum.GetValues<JobOperation>().Any(operation => JobTable.On(from, operation).Next == to)
        || Enum.GetValues<JobHappening>().Any(happening => JobTable.On(from, happening) == to)
        // Resume goes in line first; so does what was active when an engine ended.
        || (to == JobState.Queued && (JobTable.On(from, JobOperation.Resume).Next is not null || from == JobState.Transferring));
}
