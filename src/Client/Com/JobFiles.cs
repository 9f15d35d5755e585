using Haul.Engine.Jobs;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>The files of a job as objects: those of the agent, one object for each, then those that have no target yet.</summary>
/// <remarks>The agent takes no file without a target, so such a file is kept here, and goes to the agent when the job is resumed.</remarks>
sealed class JobFiles(ComJob job, AgentCalls agent)
{
    /// <summary>What the agent takes in one job.</summary>
    public const int SetMax = 20_000;

    static readonly Policy _policy = new();

    readonly Lock _gate = new();
    readonly Dictionary<int, WeakReference<ComFile>> _objects = [];
    readonly List<ComFile> _sinkless = [];
    readonly List<ComFile> _streamed = [];
    IReadOnlyList<FileSnapshot>? _remembered;

    public static AddFile Ask(string? id, string? remoteName, string? localName) => new() { FileId = id, RemoteName = remoteName ?? "", LocalName = localName ?? "" };

    /// <summary>Ranges as a client passes them.</summary>
    public static unsafe Outcome<IReadOnlyList<ByteRange>> Ranges(uint count, BG_FILE_RANGE* ranges)
    {
        if (count > _policy.RangesPerFileMax)
            return new Failure(BG_E_TOO_MANY_RANGES_IN_FILE, $"The file has {count} ranges; {_policy.RangesPerFileMax} are allowed");
        if (count > 0 && ranges is null)
            return new Failure(E_INVALIDARG, $"{count} ranges are counted, and none is there");
        var copied = new ByteRange[count];
        for (var i = 0; i < count; i++)
            copied[i] = new ByteRange(ranges[i].InitialOffset, ranges[i].Length);
        return copied;
    }

    /// <summary>The object of a file of the agent.</summary>
    public ComFile Of(int index)
    {
        lock (_gate)
            return Of_NeedsLock(index);
    }

    ComFile Of_NeedsLock(int index)
    {
        if (_objects.TryGetValue(index, out var known) && known.TryGetTarget(out var file))
            return file;
        file = new ComFile(job, agent, null) { Index = index };
        _objects[index] = new WeakReference<ComFile>(file);
        return file;
    }

    /// <summary>All files as they are in the job now.</summary>
    public Outcome<IReadOnlyList<ComFile>> All()
    {
        var found = agent.Files(job.Id);
        if (!found.Succeeded && !(found.Code == DO_E_JOB_NOT_FOUND && _remembered is not null))
            return found.Failure;
        var files = found.Value ?? _remembered!;
        lock (_gate)
            return (ComFile[])[.. files.Select(file => Of_NeedsLock(file.Index)), .. _sinkless];
    }

    /// <summary>Adds a file that has no target yet.</summary>
    public Outcome<ComFile> AddSinkless(string? id, string? remoteName, IReadOnlyList<ByteRange> ranges)
    {
        if (string.IsNullOrEmpty(id) || id.Length > JobRules.FileIdMax)
            return new Failure(E_INVALIDARG, $"A file id has 1 to {JobRules.FileIdMax} characters");
        if ((remoteName is null ? null : JobRules.RemoteName(remoteName)) is { } badName)
            return badName;
        if (JobRules.Ranges(ranges, _policy) is { } badRange)
            return badRange;
        var now = job.Now();
        var there = now.Succeeded ? agent.Files(job.Id) : now.Failure;
        if (!there.Succeeded)
            return there.Failure;
        if (now.Value!.State.IsFinal())
            return JobOperations.Refuse(now.Value.State, job.Id);
        var file = new ComFile(job, agent, new SinklessFile(id, remoteName, ranges));
        lock (_gate)
        {
            if (there.Value.Any(other => other.FileId == id) || _sinkless.Exists(other => other.Sinkless?.Id == id))
                return new Failure(E_INVALIDARG, $"The job has a file with the id '{id}' already");
            _sinkless.Add(file);
            agent.Jobs.Keep(job);
        }
        return file;
    }

    /// <summary>Hands the files that have got a target to the agent; refuses when one has none.</summary>
    public Failure? AddThoseWithSink()
    {
        ComFile[] files;
        lock (_gate)
            files = [.. _sinkless];
        if (files.Length == 0)
            return null;
        var asked = new List<AddFile>();
        foreach (var file in files)
        {
            var ready = file.Sinkless!.Ready();
            if (!ready.Succeeded)
                return ready.Failure;
            asked.Add(ready.Value);
        }
        var added = agent.AddFiles(job.Id, asked);
        if (!added.Succeeded)
            return added.Failure;
        lock (_gate)
        {
            for (var i = 0; i < files.Length; i++)
            {
                files[i].Index = added.Value[i].Index;
                _objects[added.Value[i].Index] = new WeakReference<ComFile>(files[i]);
                _sinkless.Remove(files[i]);
                if (files[i].StartsStream())
                    _streamed.Add(files[i]);
            }
            // As long as a stream of the client's is fed, the job stays even if nobody holds it.
            if (_streamed.Count == 0)
                agent.Jobs.LetGo(job);
        }
        return null;
    }

    /// <summary>The job was resumed: bytes go to the streams, to those that failed too.</summary>
    public void Feed()
    {
        ComFile[] files;
        lock (_gate)
            files = [.. _streamed];
        foreach (var file in files)
            file.Feed!.Begin(isOther: false);
    }

    /// <summary>The job has ended: the client's streams are let go of.</summary>
    public void LetGoOfStreams()
    {
        ComFile[] files;
        lock (_gate)
        {
            files = [.. _streamed, .. _sinkless];
            _streamed.Clear();
            _sinkless.Clear();
        }
        foreach (var file in files)
            file.LetGoOfStream();
        agent.Jobs.LetGo(job);
    }

    /// <summary>Takes note of the files before the job ends.</summary>
    public void Remember() => _remembered = agent.Files(job.Id).Value ?? _remembered;

    /// <summary>The job has ended, and those of its files that were whole are in place where it was completed.</summary>
    public void Ended(bool isCompleted)
    {
        _remembered = [.. (_remembered ?? []).Select(file => file with { IsCompleted = isCompleted && file.IsTransferred, TemporaryName = null })];
        LetGoOfStreams();
    }

    /// <summary>A file of the ended job, as it ended.</summary>
    public FileSnapshot? Remembered(int index) => _remembered is { } files && index < files.Count ? files[index] : null;

    /// <summary>The job's progress with the files that the agent does not know yet.</summary>
    public BG_JOB_PROGRESS WithSinkless(JobProgress known)
    {
        ulong bytes = known.BytesTotal;
        uint count = 0;
        lock (_gate)
        {
            foreach (var file in _sinkless)
            {
                count++;
                var size = file.Sinkless!.BytesTotal;
                bytes = bytes == ByteRange.UnknownSize || size == ByteRange.UnknownSize ? ByteRange.UnknownSize : bytes + size;
            }
        }
        return new BG_JOB_PROGRESS
        {
            BytesTotal = bytes, BytesTransferred = known.BytesTransferred, FilesTotal = known.FilesTotal + count, FilesTransferred = known.FilesTransferred,
        };
    }
}
