using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>The agent as COM objects use it: calls that return when it has answered. The one place that knows how they travel.</summary>
sealed class AgentCalls
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    readonly BlockingHttp _http;
    readonly AgentHttp _slow;
    readonly Lazy<RemoteCallbacks> _callbacks;

    public AgentCalls(string socketPath, bool isNamed)
    {
        _http = new BlockingHttp(socketPath, isNamed);
        _slow = new AgentHttp(socketPath, isNamed);
        _callbacks = new Lazy<RemoteCallbacks>(() => new RemoteCallbacks(_slow, new CallbackWays(CallbackThreads.Run, new AnswerPost(_http).Send)));
        Downloads = new AgentDownloads(_http, _slow);
    }

    public string SocketPath => _http.SocketPath;

    /// <summary>The objects of this agent's jobs.</summary>
    public ObjectTable<ComJob> Jobs { get; } = new();

    /// <summary>The object of a job.</summary>
    public ComJob JobOf(JobSnapshot snapshot)
    {
        var job = Jobs.Of(snapshot.Id, () => new ComJob(this, snapshot));
        job.Learn(snapshot);
        return job;
    }

    /// <summary>The calls about downloads.</summary>
    public AgentDownloads Downloads { get; }

    /// <summary>The object of a download.</summary>
    public ComDownload DownloadOf(DownloadStatus status)
    {
        var download = Downloads.Objects.Of(status.Id, () => new ComDownload(this, status));
        download.Learn(status);
        return download;
    }

    public Outcome<AgentStatus> Status() => _http.Get("/v1/status", _json.AgentStatus);

    public Outcome<JobSnapshot> Create(CreateJob request) => _http.Ask("POST", "/v1/jobs", request, _json.CreateJob, _json.JobSnapshot);

    public Outcome<JobSnapshot> Get(Guid id) => Learn(_http.Get($"/v1/jobs/{id}", _json.JobSnapshot));

    public Outcome<IReadOnlyList<JobSnapshot>> List(bool allUsers) => _http.Get(allUsers ? "/v1/jobs?all=true" : "/v1/jobs", _json.IReadOnlyListJobSnapshot);

    public Outcome<IReadOnlyList<FileSnapshot>> Files(Guid id) => _http.Get($"/v1/jobs/{id}/files", _json.IReadOnlyListFileSnapshot);

    public Outcome<FileSnapshot> File(Guid id, int index) => _http.Get($"/v1/jobs/{id}/files/{index}", _json.FileSnapshot);

    public Outcome<IReadOnlyList<FileSnapshot>> AddFiles(Guid id, IReadOnlyList<AddFile> files) =>
        _http.Ask("POST", $"/v1/jobs/{id}/files", files, _json.IReadOnlyListAddFile, _json.IReadOnlyListFileSnapshot);

    public Outcome<JobReply> Do(Guid id, JobVerb verb)
    {
        var name = verb switch
        {
            JobVerb.Suspend => "suspend",
            JobVerb.Resume => "resume",
            JobVerb.Cancel => "cancel",
            JobVerb.Complete => "complete",
            _ => "take-ownership",
        };
        return Learn(_http.Ask("POST", $"/v1/jobs/{id}/{name}", default, _json.JobReply));
    }

    public Outcome<JobReply> Change(Guid id, JobChange change) => Learn(_http.Ask("PATCH", $"/v1/jobs/{id}", change, _json.JobChange, _json.JobReply));

    public Outcome<JobReply> SetRemoteName(Guid id, int file, string remoteName) =>
        _http.Ask("PUT", $"/v1/jobs/{id}/files/{file}/remote-name", new SetRemoteName(remoteName), _json.SetRemoteName, _json.JobReply);

    /// <summary>The bytes of a file to a stream, from the front. Reading them throws when they will not all come.</summary>
    /// <param name="id">The job.</param>
    /// <param name="file">Its file.</param>
    /// <param name="cancel">Nobody waits for them any more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Outcome<Stream> OpenContent(Guid id, int file, CancellationToken cancel) =>
        _slow.OpenBodyAsync($"/v1/jobs/{id}/files/{file}/content", cancel).GetAwaiter().GetResult();

    /// <summary>The reader of a file to a stream has all of it, or takes no more.</summary>
    public Outcome<JobReply> Take(Guid id, int file, HResult code) =>
        Learn(_http.Ask("POST", $"/v1/jobs/{id}/files/{file}/taken", new FileTaken(code), _json.FileTaken, _json.JobReply));

    /// <summary>Registers what is told of a job in place of any other, or removes it.</summary>
    /// <param name="id">The job.</param>
    /// <param name="callback">Null for none.</param>
    /// <param name="ended">Told once the callback is registered no more, or was refused, and no call of it runs or waits.</param>
    public Failure? SetCallback(Guid id, JobCallback? callback, Action? ended = null) => ForkMark.IsForked
        ? Status().Failure
        : _callbacks.Value.SetAsync(id, callback, CancellationToken.None, ended).GetAwaiter().GetResult();

    Outcome<JobSnapshot> Learn(Outcome<JobSnapshot> job)
    {
        if (job.Value is { } snapshot)
            Learn(snapshot);
        return job;
    }

    Outcome<JobReply> Learn(Outcome<JobReply> reply)
    {
        if (reply.Value is { } value)
            Learn(value.Job);
        return reply;
    }

    // Of a job that has ended, maybe by another's hand, nothing more may come that would end its callback.
    void Learn(JobSnapshot snapshot)
    {
        if (_callbacks.IsValueCreated)
            _callbacks.Value.Ended(snapshot);
    }
}
