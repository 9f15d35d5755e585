using Haul.Protocol.Api;

namespace Haul.Client.Com;

/// <summary>The objects of jobs that are in use, one for each job: whoever asks for the same job gets the same object.</summary>
sealed class JobObjects(AgentCalls agent)
{
    readonly Lock _gate = new();
    readonly Dictionary<Guid, WeakReference<ComJob>> _jobs = [];
    readonly HashSet<ComJob> _kept = [];

    /// <summary>The object of a job.</summary>
    public ComJob Of(JobSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_jobs.TryGetValue(snapshot.Id, out var known) && known.TryGetTarget(out var job))
            {
                job.Learn(snapshot);
                return job;
            }
            job = new ComJob(agent, snapshot);
            _jobs[snapshot.Id] = new WeakReference<ComJob>(job);
            return job;
        }
    }

    /// <summary>An object has what the agent does not know: it stays even if nobody holds it.</summary>
    public void Keep(ComJob job)
    {
        lock (_gate)
            _kept.Add(job);
    }

    /// <summary>The agent knows all of an object.</summary>
    public void LetGo(ComJob job)
    {
        lock (_gate)
            _kept.Remove(job);
    }

    /// <summary>An object is gone. Called by its finalizer.</summary>
    public void Forget(Guid id)
    {
        lock (_gate)
        {
            // Another object may have taken its place meanwhile.
            if (_jobs.TryGetValue(id, out var known) && !known.TryGetTarget(out _))
                _jobs.Remove(id);
        }
    }
}
