using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>A program's callback: does what its script says, and looks whether it is called as promised.</summary>
/// <param name="world">Where.</param>
/// <param name="job">Whose.</param>
/// <param name="script">What to do with a notification.</param>
sealed class SimCallback(SimWorld world, SimJob job, Func<Notification, CancellationToken, Task<HResult>> script)
{
    readonly HashSet<long> _refused = [];
    bool _isCalled;
    long _last;
    long _sequence;

    /// <summary>Every call, with when it came.</summary>
    public List<(TimeSpan At, Notification What)> Calls { get; } = [];

    /// <summary>The last notification of that kind was answered with success.</summary>
    public bool WasTold(NotificationKind kind) => Calls.FindLast(call => call.What.Kind == kind).What is { } last && !_refused.Contains(last.Number) && !_isCalled;

    public async Task<HResult> CallAsync(Notification what, CancellationToken gone)
    {
        world.Trace.Say($"{job.Name} is told {what.Number} {what.Kind} {what.Job.State} {what.FileIndex}");
        if (_isCalled)
            world.Break($"{job.Name} is told {what.Kind} while a callback is outstanding");
        _isCalled = true;
        Look(what);
        Calls.Add((world.Turns.Elapsed, what));
        try
        {
            var answer = await script(what, gone);
            if (answer.Failed)
                _refused.Add(what.Number);
            else
                _refused.Remove(what.Number);
            return answer;
        }
        catch
        {
            _refused.Add(what.Number);
            throw;
        }
        finally
        {
            _isCalled = false;
        }
    }

    void Look(Notification what)
    {
        if (_refused.Contains(what.Number))
        {
            LookAtRepeat(what);
            return;
        }
        if (what.Number <= _last)
            world.Break($"{job.Name} is told number {what.Number} after number {_last}");
        if (what.Job.Sequence < _sequence)
            world.Break($"{job.Name} is told of change {what.Job.Sequence} after change {_sequence}");
        (_last, _sequence) = (what.Number, what.Job.Sequence);
    }

    void LookAtRepeat(Notification what)
    {
        if (what.Kind is not (NotificationKind.JobError or NotificationKind.JobTransferred))
            world.Break($"{job.Name} is told {what.Kind} again, which is told once");
        var standing = what.Kind == NotificationKind.JobError ? JobState.Error : JobState.Transferred;
        if (job.State is { } state && state != standing)
            world.Break($"{job.Name} is told {what.Kind} again, and is {state}");
    }
}
