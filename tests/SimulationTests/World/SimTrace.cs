namespace Haul.SimulationTests.World;

/// <summary>What happened in a world, in lines that are equal for equal runs.</summary>
sealed class SimTrace(SimScheduler scheduler)
{
    /// <summary>Lines shown with a failure.</summary>
    const int LastLines = 60;

    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Say(string what) => _lines.Add($"{scheduler.Elapsed:d\\.hh\\:mm\\:ss\\.fff} #{scheduler.Steps,-6} {what}");

    /// <summary>The end of the story, for whoever has to find out why it failed.</summary>
    public string Last => string.Join('\n', _lines.Skip(_lines.Count - LastLines));
}
