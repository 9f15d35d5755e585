namespace Haul.SystemTests.Processes;

/// <summary>The lines a program has written so far, with a way to wait for one.</summary>
sealed class ProgramOutput
{
    readonly Lock _lock = new();
    readonly List<string> _lines = [];
    TaskCompletionSource _changed = NewSignal();
    bool _isEnded;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public string Text => string.Join('\n', Lines);

    /// <summary>Takes the next line; null says that there are no more.</summary>
    public void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
                _isEnded = true;
            else
                _lines.Add(line);
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    /// <summary>The first line, of those written or to come, that is wanted; null when the output ended without it.</summary>
    public async Task<string?> FindAsync(Predicate<string> isWanted, CancellationToken cancel)
    {
        for (var seen = 0; ;)
        {
            Task changed;
            lock (_lock)
            {
                var found = _lines.FindIndex(seen, isWanted);
                if (found >= 0 || _isEnded)
                    return found >= 0 ? _lines[found] : null;
                seen = _lines.Count;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancel);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
