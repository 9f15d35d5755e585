using System.Runtime.CompilerServices;
using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>An agent behind its socket.</summary>
sealed class RemoteAgent : IAgentLink
{
    /// <summary>How long an agent that was there may stay away while it is started anew.</summary>
    public static readonly TimeSpan AwayMax = TimeSpan.FromMinutes(1);

    /// <summary>The wait between two tries to reach it again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an agent may take to say who it is.</summary>
    static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    static readonly ProtocolJson _json = ProtocolJson.Default;

    readonly AgentHttp _http;
    readonly RemoteCallbacks _callbacks;

    RemoteAgent(AgentHttp http) => (_http, _callbacks) = (http, new RemoteCallbacks(http));

    /// <summary>Finds an agent: at the socket, or where agents usually listen.</summary>
    public static async Task<Outcome<RemoteAgent>> ConnectAsync(string? socketPath, CancellationToken cancel)
    {
        var places = socketPath is null ? AgentPaths.SocketsToTry() : [socketPath];
        var isNamed = socketPath is not null || places.Count == 1;
        Failure? failure = null;
        foreach (var place in places)
        {
            var http = new AgentHttp(place, isNamed);
            if (await GreetAsync(http, cancel) is not { } refused)
                return new RemoteAgent(http);
            http.Dispose();
            // That somebody is there and refuses is worth more than that nobody is there.
            if (failure is null || failure.Code == DO_E_NO_SERVICE)
                failure = refused;
        }
        return failure!.Code == DO_E_NO_SERVICE && places.Count > 1
            ? new Failure(DO_E_NO_SERVICE, $"No agent answers at {string.Join(" or ", places)}; start one with: haul agent")
            : failure;
    }

    static async Task<Failure?> GreetAsync(AgentHttp http, CancellationToken cancel)
    {
        // The common case of a get without an agent: to try and be refused takes as long as all the rest of its start.
        if (!Path.Exists(http.SocketPath))
            return http.NoAgent("there is no such socket");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(HelloTimeout);
        try
        {
            return (await http.GetAsync("/v1/status", _json.AgentStatus, timeout.Token)).Failure;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return http.NoAgent($"no answer within {HelloTimeout.TotalSeconds} s");
        }
    }

    public Task<Outcome<JobSnapshot>> CreateAsync(CreateJob request, CancellationToken cancel) =>
        _http.SendAsync(HttpMethod.Post, "/v1/jobs", request, _json.CreateJob, _json.JobSnapshot, cancel);

    public Task<Outcome<JobSnapshot>> GetAsync(Guid id, CancellationToken cancel) => _http.GetAsync($"/v1/jobs/{id}", _json.JobSnapshot, cancel);

    public Task<Outcome<IReadOnlyList<JobSnapshot>>> ListAsync(bool allUsers, CancellationToken cancel) =>
        _http.GetAsync(allUsers ? "/v1/jobs?all=true" : "/v1/jobs", _json.IReadOnlyListJobSnapshot, cancel);

    public Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Guid id, CancellationToken cancel) =>
        _http.GetAsync($"/v1/jobs/{id}/files", _json.IReadOnlyListFileSnapshot, cancel);

    public Task<Outcome<FileSnapshot>> FileAsync(Guid id, int index, CancellationToken cancel) => _http.GetAsync($"/v1/jobs/{id}/files/{index}", _json.FileSnapshot, cancel);

    public Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Guid id, IReadOnlyList<AddFile> files, CancellationToken cancel) =>
        _http.SendAsync(HttpMethod.Post, $"/v1/jobs/{id}/files", files, _json.IReadOnlyListAddFile, _json.IReadOnlyListFileSnapshot, cancel);

    public async Task<Outcome<JobReply>> DoAsync(Guid id, JobVerb verb, CancellationToken cancel)
    {
        var path = verb switch
        {
            JobVerb.Suspend => "suspend",
            JobVerb.Resume => "resume",
            JobVerb.Cancel => "cancel",
            JobVerb.Complete => "complete",
            _ => "take-ownership",
        };
        var reply = await _http.SendAsync(HttpMethod.Post, $"/v1/jobs/{id}/{path}", null, _json.JobReply, cancel);
        if (reply.Succeeded)
            _callbacks.Ended(reply.Value.Job);
        return reply;
    }

    public Task<Outcome<JobReply>> ChangeAsync(Guid id, JobChange change, CancellationToken cancel) =>
        _http.SendAsync(HttpMethod.Patch, $"/v1/jobs/{id}", change, _json.JobChange, _json.JobReply, cancel);

    public Task<Outcome<JobReply>> SetRemoteNameAsync(Guid id, int file, string remoteName, CancellationToken cancel) =>
        _http.SendAsync(HttpMethod.Put, $"/v1/jobs/{id}/files/{file}/remote-name", new SetRemoteName(remoteName), _json.SetRemoteName, _json.JobReply, cancel);

    public Task<Failure?> SetCallbackAsync(Guid id, JobCallback? callback, CancellationToken cancel) => _callbacks.SetAsync(id, callback, cancel);

    public Task<Outcome<AgentStatus>> StatusAsync(CancellationToken cancel) => _http.GetAsync("/v1/status", _json.AgentStatus, cancel);

    public Task<Outcome<PeerStatus>> PeersAsync(CancellationToken cancel) => _http.GetAsync("/v1/peers", _json.PeerStatus, cancel);

    public async IAsyncEnumerable<JobEvent> WatchAsync(Guid? job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var path = job is { } one ? $"/v1/events?job={one}" : "/v1/events";
        string? heard = null;
        long? awaySince = null;
        while (true)
        {
            var opened = await _http.OpenStreamAsync(path, heard, cancel);
            if (!opened.Succeeded)
            {
                // The first try fails at once; after that the agent may take its time to come back.
                if (heard is null || opened.Code != DO_E_NO_SERVICE || (awaySince is { } since && TimeProvider.System.GetElapsedTime(since) > AwayMax))
                    throw new HaulException(opened.Failure);
                awaySince ??= TimeProvider.System.GetTimestamp();
                await Task.Delay(RetryDelay, TimeProvider.System, cancel);
                continue;
            }
            awaySince = null;
            using var events = opened.Value;
            while (await events.NextAsync(cancel) is { } next)
            {
                // Even before there is a place to go on from, the agent was there: "" is an id that no agent gives.
                heard = next.Id ?? heard ?? "none";
                if (next.Data.Length > 0)
                    yield return JsonSerializer.Deserialize(next.Data, _json.JobEvent)!;
            }
            heard ??= "none";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _callbacks.DisposeAsync();
        _http.Dispose();
    }
}
