using Haul.Engine.Platform;
using Haul.Protocol.Api;

namespace Haul.Engine.Jobs;

/// <summary>One listener's way through the events: each job as it is first, then what happens, as fast as the listener asks.</summary>
/// <remarks>
/// It holds nothing but its place. A listener who was away for longer than the <see cref="EventLog"/> reaches back starts over with each
/// job as it is, then with those that were final lately too, so that no end is missed. Used by one listener at a time.
/// </remarks>
/// <param name="jobs">The jobs.</param>
/// <param name="caller">Who listens: hears of the jobs it may see.</param>
/// <param name="job">Only this one; null for all.</param>
sealed class JobListener(JobManager jobs, Caller caller, Guid? job)
{
    /// <summary>Events given out at once.</summary>
    public const int BatchMax = 64;

    // While each job is told as it is: whose turn is next.
    IReadOnlyList<Guid>? _toPresent;
    int _presentNext;

    // Until the events of that time are passed: what was told already.
    readonly Dictionary<Guid, long> _presented = [];
    long _presentedUntil;

    long _after;

    /// <summary>The last event that was passed, to go on from later; null while each job is still being told.</summary>
    public long? Position => _toPresent is null ? _after : null;

    /// <summary>Begins with each job as it is.</summary>
    /// <param name="evenFinal">The listener was there before, and may have missed the end of some.</param>
    public JobListener FromThePresent(bool evenFinal)
    {
        // First the place, then the jobs: what happens in between is told twice rather than never.
        _after = jobs.Events.Last;
        _presented.Clear();
        _toPresent = job is { } one ? [one] : jobs.Seen(caller, evenFinal);
        _presentNext = 0;
        return this;
    }

    /// <summary>Goes on after an event that was heard.</summary>
    public JobListener After(long sequence)
    {
        _after = sequence;
        return this;
    }

    /// <summary>What comes next; waits for it. Empty when only <see cref="Position"/> has become known.</summary>
    public async Task<IReadOnlyList<JobEvent>> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_toPresent is not null)
                return Present(_toPresent);
            var happened = jobs.Events.Since(_after, out var more, BatchMax);
            if (happened is null)
            {
                FromThePresent(evenFinal: true);
            }
            else if (happened.Count == 0)
            {
                await more.WaitAsync(cancel);
            }
            else
            {
                _after = happened[^1].Sequence;
                var news = happened.Where(IsNews).ToArray();
                if (_after >= _presentedUntil)
                    _presented.Clear();
                if (news.Length > 0)
                    return news;
            }
        }
    }

    List<JobEvent> Present(IReadOnlyList<Guid> ids)
    {
        var told = new List<JobEvent>();
        while (told.Count < BatchMax && _presentNext < ids.Count)
        {
            // As it is at its turn; gone meanwhile, or another's by now, is not told.
            if (jobs.Get(caller, ids[_presentNext++]) is not { Succeeded: true, Value: var snapshot })
                continue;
            _presented[snapshot.Id] = snapshot.Sequence;
            told.Add(new JobEvent(_after, JobEventKind.Present, snapshot));
        }
        if (_presentNext == ids.Count)
        {
            _toPresent = null;
            _presentedUntil = jobs.Events.Last;
        }
        return told;
    }

    bool IsNews(JobEvent happened) =>
        (job is null || job == happened.Job.Id) && JobManager.MaySee(caller, happened.Job)
        && !(_presented.TryGetValue(happened.Job.Id, out var sequence) && happened.Job.Sequence <= sequence && happened.Sequence <= _presentedUntil);
}
