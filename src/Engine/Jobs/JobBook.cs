using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>All jobs, and what changed since the last commit. Owned by the jobs' loop; <see cref="Read"/> is for any thread.</summary>
/// <remarks>A change is booked with <see cref="Touch"/> or <see cref="Enter"/>; it becomes visible to others only in <see cref="Publish"/>, after it was committed.</remarks>
sealed class JobBook(TimeProvider time)
{
    /// <summary>Final jobs whose last snapshot is still given out, so that who holds one can still ask it (contract, section 10.1, note 5).</summary>
    public const int FinalKept = 1024;

    /// <summary>Files of those jobs together, some MiB; beyond it the oldest jobs go, but never the last.</summary>
    public const int FinalFilesKept = 16_384;

    // Owned by the loop.
    readonly Dictionary<Guid, Job> _jobs = [];
    readonly Dictionary<Job, JobEventKind> _touched = [];
    readonly List<(Job Job, JobEventKind Kind, JobSnapshot Snapshot)> _changes = [];
    readonly Queue<Guid> _final = [];
    readonly Dictionary<Guid, FileSnapshot[]> _finalFiles = [];
    int _finalFileCount;
    readonly HashSet<Job> _unrecorded = [];
    long _sequence;

    // Read by any thread.
    readonly ConcurrentDictionary<Guid, JobEntry> _entries = [];

    public EventLog Events { get; } = new();

    public IEnumerable<Job> Jobs => _jobs.Values;

    public int Count => _jobs.Count;

    public DateTimeOffset Now => time.GetUtcNow();

    public bool TryFind(Guid id, [MaybeNullWhen(false)] out Job job) => _jobs.TryGetValue(id, out job);

    public int CountOf(uint uid) => _jobs.Values.Count(job => job.Owner.Uid == uid && !job.State.IsFinal());

    /// <summary>Takes in a job that was recorded earlier.</summary>
    public void Restore(Job job)
    {
        _jobs.Add(job.Id, job);
        _sequence = Math.Max(_sequence, job.Sequence);
        Show(job, job.Snapshot());
    }

    public void Add(Job job)
    {
        _jobs.Add(job.Id, job);
        Touch(job, JobEventKind.Created);
    }

    /// <summary>Forgets a final job; its last snapshot stays readable for a while.</summary>
    public void Remove(Job job)
    {
        _jobs.Remove(job.Id);
        _final.Enqueue(job.Id);
        _finalFiles.Add(job.Id, [.. job.Files.Select(file => file.Snapshot())]);
        _finalFileCount += job.Files.Count;
        while (_final.Count > FinalKept || (_finalFileCount > FinalFilesKept && _final.Count > 1))
            Forget(_final.Dequeue());
    }

    void Forget(Guid id)
    {
        _entries.TryRemove(id, out _);
        if (_finalFiles.Remove(id, out var files))
            _finalFileCount -= files.Length;
    }

    /// <summary>The files of a final job that is not forgotten yet, as they were in the end.</summary>
    public FileSnapshot[]? FinalFiles(Guid id) => _finalFiles.GetValueOrDefault(id);

    /// <summary>Books a change of files or properties.</summary>
    public void Touch(Job job, JobEventKind kind)
    {
        Mark(job);
        // One event for all that changed at once; a new job is more than what was set in it.
        if (!_touched.TryGetValue(job, out var booked) || booked > kind)
            _touched[job] = kind;
    }

    /// <summary>Books a change of state. Each is told by itself, with the job as it is at this moment.</summary>
    public void Enter(Job job, JobState next)
    {
        if (job.State == next)
            return;
        job.State = next;
        Mark(job);
        (job.IsHeard, job.DueFrom) = (false, job.Sequence);
        if (_touched.GetValueOrDefault(job) == JobEventKind.Created && _touched.ContainsKey(job))
            return;
        _touched.Remove(job);
        // A job that got its slot in the same round was never queued for anyone to see.
        if (next == JobState.Transferring && _changes.Count > 0 && _changes[^1] is { Kind: JobEventKind.State, Snapshot.State: JobState.Queued } last && last.Job == job)
            _changes.RemoveAt(_changes.Count - 1);
        _changes.Add((job, JobEventKind.State, job.Snapshot()));
    }

    /// <summary>Books bytes: the job is told about, but not recorded, since the pieces are.</summary>
    public void TouchBytes(Job job)
    {
        job.Modified = Now;
        _touched.TryAdd(job, JobEventKind.Progress);
    }

    void Mark(Job job)
    {
        job.Modified = Now;
        job.Sequence = ++_sequence;
        Record(job);
    }

    /// <summary>Books what is to be recorded and not told.</summary>
    public void Record(Job job)
    {
        job.IsDirty = true;
        _unrecorded.Add(job);
    }

    /// <summary>A job went to another state, or was made, since the last <see cref="Publish"/>.</summary>
    public bool HasNewStates => _changes.Count > 0 || _touched.ContainsValue(JobEventKind.Created);

    /// <summary>Jobs to record in this commit: what changed in this round, and what an earlier commit could not record.</summary>
    public IReadOnlyCollection<Job> TakeDirty()
    {
        _unrecorded.RemoveWhere(job => !job.IsDirty || !_jobs.ContainsKey(job.Id));
        return _unrecorded;
    }

    /// <summary>Shows everything booked since the last time to readers, listeners and <paramref name="tell"/>, in order.</summary>
    public void Publish(Action<Job, JobEventKind, JobSnapshot> tell)
    {
        foreach (var (job, kind) in _touched)
            _changes.Add((job, kind, job.Snapshot()));
        _touched.Clear();
        foreach (var (job, kind, snapshot) in _changes)
        {
            Show(job, snapshot);
            Events.Append(kind, snapshot);
            tell(job, kind, snapshot);
        }
        _changes.Clear();
    }

    void Show(Job job, JobSnapshot snapshot)
    {
        var running = job.Tally.Running.Select(file => file.Run.Transfer!).ToArray();
        _entries[job.Id] = new JobEntry(snapshot, running, (ulong)job.Tally.RestingBytes, job.Download);
    }

    /// <summary>A job's snapshot with its bytes as they are now. Any thread.</summary>
    public JobSnapshot? Read(Guid id) => _entries.TryGetValue(id, out var entry) ? entry.Now() : null;

    /// <summary>A download as it is now; null where the job is none. Any thread.</summary>
    public (JobSnapshot Job, DownloadFacet Facet)? ReadDownload(Guid id) =>
        _entries.TryGetValue(id, out var entry) && entry.Download is { } facet ? (entry.Now(), facet) : null;

    /// <summary>All downloads that are not final. Any thread.</summary>
    public IEnumerable<(JobSnapshot Job, DownloadFacet Facet)> ReadDownloads() =>
        _entries.Values.Where(entry => entry.Download is not null && !entry.Snapshot.State.IsFinal()).Select(entry => (entry.Now(), entry.Download!));

    /// <summary>All jobs that are not final. Any thread.</summary>
    public IEnumerable<JobSnapshot> ReadAll() => _entries.Values.Where(entry => !entry.Snapshot.State.IsFinal()).Select(entry => entry.Now());

    /// <summary>All jobs that are known, those that were final lately among them. Any thread.</summary>
    public IEnumerable<JobSnapshot> ReadEvenFinal() => _entries.Values.Select(entry => entry.Snapshot);

    /// <summary>The transfers under way for the jobs that <paramref name="isSeen"/> names. Any thread.</summary>
    public IEnumerable<Transfer> Running(Func<JobSnapshot, bool> isSeen) => _entries.Values.Where(entry => isSeen(entry.Snapshot)).SelectMany(entry => entry.Running);

    sealed record JobEntry(JobSnapshot Snapshot, Transfer[] Running, ulong RestingBytes, DownloadFacet? Download)
    {
        public JobSnapshot Now()
        {
            if (Running.Length == 0)
                return Snapshot;
            var bytes = RestingBytes;
            foreach (var transfer in Running)
                bytes += (ulong)Math.Max(0, transfer.View.Received);
            return Snapshot with { Progress = Snapshot.Progress with { BytesTransferred = bytes } };
        }
    }
}
