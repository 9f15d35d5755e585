using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>What a program was told of its job, and so may rely on whatever happens to the engine.</summary>
/// <remarks>A call that was not answered may have come through or not: until the next answer, both are possible.</remarks>
sealed class SimKnown
{
    readonly SimFact<string> _description = new("");
    readonly SimFact<JobPriority> _priority = new(JobPriority.Normal);
    readonly SimFact<NotifyFlags> _flags = new(NotifyFlags.JobTransferred | NotifyFlags.JobError);
    readonly SimFact<uint> _retryDelay = new(0);
    readonly Dictionary<int, SimFact<string>> _remoteNames = [];
    int _resumes;
    int _resuming;

    /// <summary>Files that were surely added.</summary>
    public int Files { get; set; }

    /// <summary>A call to add files is not answered.</summary>
    public bool IsAdding { get; set; }

    /// <summary>Suspended, and nobody has resumed it since.</summary>
    public bool IsSuspended { get; private set; } = true;

    /// <summary>Complete or Cancel was sent.</summary>
    public bool IsEndSent { get; set; }

    /// <summary>Complete or Cancel succeeded.</summary>
    public bool IsEnded { get; set; }

    public void Send(JobChange change)
    {
        if (change.Description is { } description)
            _description.Send(description);
        if (change.Priority is { } priority)
            _priority.Send(priority);
        if (change.NotifyFlags is { } flags)
            _flags.Send(flags);
        if (change.MinimumRetryDelaySeconds is { } delay)
            _retryDelay.Send(delay);
    }

    public void Answered(JobChange change)
    {
        if (change.Description is { } description)
            _description.Set(description);
        if (change.Priority is { } priority)
            _priority.Set(priority);
        if (change.NotifyFlags is { } flags)
            _flags.Set(flags);
        if (change.MinimumRetryDelaySeconds is { } delay)
            _retryDelay.Set(delay);
    }

    public void AddRemoteName(int file, string remoteName) => _remoteNames.Add(file, new SimFact<string>(remoteName));

    public void SendRemoteName(int file, string remoteName) => _remoteNames[file].Send(remoteName);

    public void SetRemoteName(int file, string remoteName) => _remoteNames[file].Set(remoteName);

    public void SendResume()
    {
        _resumes++;
        _resuming++;
        IsSuspended = false;
    }

    public void ResumeEnded() => _resuming--;

    /// <summary>Before a Suspend is sent; what comes back tells after its success whether the job surely rests.</summary>
    public Action BeginSuspend()
    {
        var resumes = _resuming == 0 ? _resumes : -1;
        return () => IsSuspended |= resumes == _resumes;
    }

    /// <summary>What of the job is not as its program was told; null where all is.</summary>
    public string? Contradiction(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
        if (IsEnded && !job.State.IsFinal())
            return $"it was ended, and is {job.State}";
        if (IsSuspended && job.State is not (JobState.Suspended or JobState.Cancelled) && !IsEndSent)
            return $"it was suspended, and is {job.State}";
        if (files.Count < Files || (files.Count > Files && !IsAdding))
            return $"it has {files.Count} files, and {Files} were added";
        return _description.Contradiction("description", job.Description)
            ?? _priority.Contradiction("priority", job.Priority)
            ?? _flags.Contradiction("notify flags", job.NotifyFlags)
            ?? _retryDelay.Contradiction("minimum retry delay", job.MinimumRetryDelaySeconds)
            ?? files.Where(file => _remoteNames.ContainsKey(file.Index))
                .Select(file => _remoteNames[file.Index].Contradiction($"remote name of file {file.Index}", file.RemoteName))
                .FirstOrDefault(wrong => wrong is not null);
    }
}

/// <summary>A value that a program set: one, or several while a call is not answered.</summary>
sealed class SimFact<T>(T first)
{
    readonly List<T> _possible = [first];

    public void Send(T value) => _possible.Add(value);

    public void Set(T value)
    {
        _possible.Clear();
        _possible.Add(value);
    }

    public string? Contradiction(string name, T value) =>
        _possible.Contains(value) ? null : $"its {name} is {value}, and it was set to {string.Join(" or ", _possible)}";
}
