namespace Haul.SimulationTests.World;

/// <summary>Where a story is told: the only thread with its virtual time, the trace, and the dice of a seed.</summary>
sealed class SimStage
{
    /// <summary>Longer than any story: what takes more virtual time than this will never end.</summary>
    static readonly TimeSpan _timeMax = TimeSpan.FromDays(100);

    /// <summary>Turns at one moment: more than this many are one that calls itself for ever. Two hundred machines that begin at once take a hundred thousand.</summary>
    const int TurnsMax = 1_000_000;

    readonly int _seed;
    string? _broken;

    public SimStage(int seed)
    {
        _seed = seed;
        Turns = new SimScheduler(Mix(seed, "turns"));
        Programs = new SimLane(Turns, "programs");
        Trace = new SimTrace(Turns);
    }

    public SimScheduler Turns { get; }

    /// <summary>Where the story and its programs run.</summary>
    public SimLane Programs { get; }

    public TimeProvider Clock => Programs.Clock;

    public SimTrace Trace { get; }

    /// <summary>A die of its own for each purpose, so that more throws for one change nothing for another.</summary>
    public Random Die(string purpose) => new(Mix(_seed, purpose));

    /// <summary>Something is not as it must be: the story ends with this turn.</summary>
    public void Break(string why) => _broken ??= why;

    /// <summary>Tells a story to its end.</summary>
    /// <param name="story">The story.</param>
    /// <param name="look">Looks after every turn whether all is still as it must be.</param>
    /// <param name="clear">Lets go of everything, however it ended.</param>
    public void Tell(Func<Task> story, Action look, Action clear)
    {
        var before = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(Programs);
            RunToEnd(story(), look);
        }
        catch (Exception e)
        {
            throw new SimFailureException(_seed, Trace, e);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            clear();
            SeedsAttribute.Show(Trace);
        }
    }

    void RunToEnd(Task story, Action look)
    {
        var (now, began) = (Turns.Elapsed, 0L);
        while (!story.IsCompleted)
        {
            if (now != Turns.Elapsed)
                (now, began) = (Turns.Elapsed, Turns.Steps);
            if (Turns.Steps - began > TurnsMax)
                Break("something goes on for ever without time passing");
            if (!Turns.Step())
                Break("nothing is left that could happen, and the story is not at its end");
            look();
            if (Turns.Elapsed > _timeMax)
                Break("the story does not end");
            if (_broken is not null)
                throw new InvalidOperationException(_broken);
        }
        story.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan, Func{string})"/>
    public Task Until(Func<bool> isSo, TimeSpan within, string what) => Until(isSo, within, () => what);

    /// <summary>Waits until something is so; the story fails when it is not within that time.</summary>
    public async Task Until(Func<bool> isSo, TimeSpan within, Func<string> what)
    {
        var end = Turns.Elapsed + within;
        while (!isSo())
        {
            if (Turns.Elapsed >= end)
                throw new InvalidOperationException($"not within {within}: {what()}");
            await Clock.Wait(TimeSpan.FromMilliseconds(50));
        }
    }

    static int Mix(int seed, string purpose)
    {
        // Not GetHashCode, which differs from process to process.
        var hash = 2166136261u ^ (uint)seed * 2654435761u;
        foreach (var letter in purpose)
            hash = (hash ^ letter) * 16777619u;
        return (int)(hash & 0x7fffffff);
    }
}
