namespace Haul.SystemTests.Origins;

/// <summary>A path of an origin: what is there, and how answering for it goes wrong.</summary>
/// <remarks>
/// An answer is made in three steps: the file changes if its time has come; the first rule that has an answer gives it, else the
/// file is served well; then, unless a rule answered, each spoiler does its worst in the order in which they were added.
/// Without a rule or spoiler it is a well-behaved file. The faults themselves are extension methods, one class for each kind.
/// </remarks>
sealed class OriginFile(FileVersion version)
{
    readonly Lock _lock = new();
    readonly List<Func<OriginRequest, OriginAnswer?>> _rules = [];
    readonly List<Action<OriginRequest, OriginAnswer>> _spoilers = [];
    readonly SortedDictionary<int, Func<FileVersion, FileVersion>> _changes = [];
    FileVersion _version = version;
    bool _servesRanges = true;
    int _requests;

    /// <summary>What is there now.</summary>
    public FileVersion Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    public TestContent Content => Version.Content;

    /// <summary>Changes the file now; an answer that has begun goes on with what it began with.</summary>
    public OriginFile Changes(Func<FileVersion, FileVersion> change)
    {
        lock (_lock)
            _version = change(_version);
        return this;
    }

    /// <summary>Changes the file once it has been asked for <paramref name="requests"/> times, from the next request on.</summary>
    public OriginFile ChangesAfter(int requests, Func<FileVersion, FileVersion> change)
    {
        lock (_lock)
            _changes.Add(requests + 1, change);
        return this;
    }

    /// <summary>Adds a rule that may answer in place of the file; null leaves the request to those after it.</summary>
    public OriginFile Answers(Func<OriginRequest, OriginAnswer?> rule)
    {
        lock (_lock)
            _rules.Add(rule);
        return this;
    }

    /// <summary>Adds a spoiler of the file's own answers.</summary>
    public OriginFile Spoils(Action<OriginRequest, OriginAnswer> spoiler)
    {
        lock (_lock)
            _spoilers.Add(spoiler);
        return this;
    }

    /// <summary>Behaves as if no request had a Range header.</summary>
    public OriginFile IgnoresRanges()
    {
        lock (_lock)
            _servesRanges = false;
        return this;
    }

    /// <summary>Takes all faults away; what is there stays.</summary>
    public OriginFile BehavesWell()
    {
        lock (_lock)
        {
            _rules.Clear();
            _spoilers.Clear();
            _changes.Clear();
            _servesRanges = true;
        }
        return this;
    }

    /// <summary>Rules and spoilers run one at a time, so that they may count.</summary>
    public OriginAnswer Answer(OriginRequest request)
    {
        lock (_lock)
        {
            if (_changes.TryGetValue(++_requests, out var change))
                _version = change(_version);
            foreach (var rule in _rules)
            {
                if (rule(request) is { } instead)
                    return instead;
            }
            var answer = FileAnswer.To(request, _version, _servesRanges);
            foreach (var spoil in _spoilers)
                spoil(request, answer);
            return answer;
        }
    }
}
