namespace Haul.Engine.Jobs;

/// <summary>Makes room for foreground files where background ones hold all connections of a host.</summary>
static class ForegroundRoom
{
    /// <summary>Stops one background transfer from a host, if that is what it takes.</summary>
    public static void Make(string host, IEnumerable<Job> active)
    {
        var background = active.SelectMany(job => job.Tally.Running).Where(file => file.Run.Place is { IsForeground: false } place && place.Host == host).ToArray();
        // One that has several connections gives one back by itself; and one stop at a time is enough.
        if (background.Length > 0 && !Array.Exists(background, file => file.Run.IsStopping || file.Run.Transfer!.View.Connections > 1))
            background[^1].Run.Stop();
    }
}
