using Haul.Engine.Policies;
using Haul.Engine.Sources;

namespace Haul.Engine.Transfers;

/// <summary>A file that waits for, or holds, a place among the running transfers.</summary>
sealed record ScheduledFile(Guid Job, int Index, string Host, bool IsForeground);

/// <summary>Decides which files are fetched now: foreground before background, jobs in turn, within the limits. Owned by the jobs' loop.</summary>
/// <remarks>
/// Files wait in line per origin host, so that a host at its limit holds up no other; within a host the jobs take turns, a file each,
/// so that a job of a thousand files does not make a job of one file wait for all of them.
/// </remarks>
sealed class TransferScheduler(OriginSlots slots, Func<Policy> policy)
{
    readonly Dictionary<string, HostLine> _lines = [];
    int _running;
    int _runningBackground;

    /// <summary>Files that wait.</summary>
    public int WaitingCount { get; private set; }

    public void Add(ScheduledFile file)
    {
        if (!_lines.TryGetValue(file.Host, out var line))
            _lines.Add(file.Host, line = new HostLine());
        line.Add(file);
        WaitingCount++;
        slots.SetContended(file.Host, true);
    }

    /// <summary>Takes all waiting files of a job out.</summary>
    public void Remove(Guid job)
    {
        foreach (var (host, line) in _lines)
        {
            WaitingCount -= line.Remove(job);
            if (line.IsEmpty)
                Drop(host);
        }
    }

    /// <summary>The next file to fetch, with its place and its first connection taken; null when nothing can start.</summary>
    public ScheduledFile? Next()
    {
        if (WaitingCount == 0)
            return null;
        var now = policy();
        if (_running >= now.TransfersMax)
            return null;
        return Next(now, foreground: true) ?? (_runningBackground < now.BackgroundTransfersMax ? Next(now, foreground: false) : null);
    }

    ScheduledFile? Next(Policy now, bool foreground)
    {
        foreach (var (host, line) in _lines)
        {
            if (!line.Has(foreground) || !slots.TryTakeFirst(host, now.OriginConnectionsMax))
                continue;
            var file = line.Take(foreground);
            WaitingCount--;
            _running++;
            if (!file.IsForeground)
                _runningBackground++;
            if (line.IsEmpty)
                Drop(host);
            return file;
        }
        return null;
    }

    /// <summary>Gives back the place and the connection of a file.</summary>
    public void Ended(ScheduledFile file)
    {
        _running--;
        if (!file.IsForeground)
            _runningBackground--;
        slots.Release(file.Host);
    }

    /// <summary>Hosts for which a foreground file waits although the host's connections are all taken.</summary>
    public IEnumerable<string> HostsWithForegroundWaiting => _lines.Where(line => line.Value.Has(foreground: true)).Select(line => line.Key);

    void Drop(string host)
    {
        _lines.Remove(host);
        slots.SetContended(host, false);
    }
}

/// <summary>The files that wait for one host: two circles of jobs, foreground and background.</summary>
sealed class HostLine
{
    readonly JobCircle _foreground = new();
    readonly JobCircle _background = new();

    public bool IsEmpty => _foreground.IsEmpty && _background.IsEmpty;

    public bool Has(bool foreground) => !Circle(foreground).IsEmpty;

    public void Add(ScheduledFile file) => Circle(file.IsForeground).Add(file);

    public ScheduledFile Take(bool foreground) => Circle(foreground).Take();

    public int Remove(Guid job) => _foreground.Remove(job) + _background.Remove(job);

    JobCircle Circle(bool foreground) => foreground ? _foreground : _background;
}

/// <summary>Jobs that take turns: each gives one file and goes to the back.</summary>
sealed class JobCircle
{
    readonly LinkedList<Queue<ScheduledFile>> _circle = [];
    readonly Dictionary<Guid, LinkedListNode<Queue<ScheduledFile>>> _nodes = [];

    public bool IsEmpty => _circle.Count == 0;

    public void Add(ScheduledFile file)
    {
        if (!_nodes.TryGetValue(file.Job, out var node))
            _nodes.Add(file.Job, node = _circle.AddLast(new Queue<ScheduledFile>()));
        node.Value.Enqueue(file);
    }

    public ScheduledFile Take()
    {
        var node = _circle.First!;
        _circle.RemoveFirst();
        var file = node.Value.Dequeue();
        if (node.Value.Count > 0)
            _circle.AddLast(node);
        else
            _nodes.Remove(file.Job);
        return file;
    }

    public int Remove(Guid job)
    {
        if (!_nodes.Remove(job, out var node))
            return 0;
        _circle.Remove(node);
        return node.Value.Count;
    }
}
