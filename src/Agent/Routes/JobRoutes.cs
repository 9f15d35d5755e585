using Haul.Agent.Connections;
using Haul.Agent.Streams;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Routes;

/// <summary>The calls about jobs and their files.</summary>
sealed class JobRoutes(JobManager jobs, StreamPlace place, ContentStreams contents)
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    public void AddTo(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/jobs", CreateAsync);
        routes.MapGet("/v1/jobs", ListAsync);
        routes.MapGet("/v1/jobs/{id}", OnJob((http, id) => http.ReplyAsync(jobs.Get(http.Caller(), id), _json.JobSnapshot)));
        routes.MapPatch("/v1/jobs/{id}", OnJob(ChangeAsync));
        (string Verb, Func<Caller, Guid, Task<Outcome<JobReply>>> Operation)[] operations =
        [
            ("suspend", jobs.SuspendAsync), ("resume", jobs.ResumeAsync), ("cancel", jobs.CancelAsync), ("complete", jobs.CompleteAsync),
            ("take-ownership", jobs.TakeOwnershipAsync),
        ];
        foreach (var (verb, operation) in operations)
            routes.MapPost($"/v1/jobs/{{id}}/{verb}", OnJob(async (http, id) => await http.ReplyAsync(await operation(http.Caller(), id), _json.JobReply)));
        routes.MapGet("/v1/jobs/{id}/files", OnJob(async (http, id) => await http.ReplyAsync(await jobs.FilesAsync(http.Caller(), id), _json.IReadOnlyListFileSnapshot)));
        routes.MapPost("/v1/jobs/{id}/files", OnJob(AddFilesAsync));
        routes.MapGet("/v1/jobs/{id}/files/{index}", OnJob(FileAsync));
        routes.MapPut("/v1/jobs/{id}/files/{index}/remote-name", OnJob(SetRemoteNameAsync));
        routes.MapGet("/v1/jobs/{id}/files/{index}/content", OnJob((http, id) => place.HoldAsync(http, () => SendContentAsync(http, id)))).WithMetadata(StreamMark.Set);
        routes.MapPost("/v1/jobs/{id}/files/{index}/taken", OnJob(TakeAsync));
    }

    /// <summary>A call about the job that its path names.</summary>
    public static RequestDelegate OnJob(Func<HttpContext, Guid, Task> call) => http =>
        http.JobId() is { Succeeded: true, Value: var id } ? call(http, id) : http.FailAsync(http.JobId().Failure!);

    async Task CreateAsync(HttpContext http)
    {
        var asked = await http.ReadAsync(_json.CreateJob);
        var made = asked.Succeeded ? await jobs.CreateAsync(http.Caller(), asked.Value) : asked.Failure;
        if (made.Succeeded)
            http.Response.Headers.Location = $"/v1/jobs/{made.Value.Id}";
        await http.ReplyAsync(made, _json.JobSnapshot, StatusCodes.Status201Created);
    }

    Task ListAsync(HttpContext http)
    {
        var all = http.Request.Query["all"].ToString();
        return all is "" or "true" or "false"
            ? http.ReplyAsync(jobs.List(http.Caller(), all == "true"), _json.IReadOnlyListJobSnapshot)
            : http.FailAsync(new Failure(E_INVALIDARG, $"all={all} means nothing: write all=true, or leave it away"));
    }

    async Task ChangeAsync(HttpContext http, Guid id)
    {
        var change = await http.ReadAsync(_json.JobChange);
        await http.ReplyAsync(change.Succeeded ? await jobs.ChangeAsync(http.Caller(), id, change.Value) : change.Failure, _json.JobReply);
    }

    async Task AddFilesAsync(HttpContext http, Guid id)
    {
        var files = await http.ReadAsync(_json.IReadOnlyListAddFile);
        var added = files.Succeeded ? await jobs.AddFilesAsync(http.Caller(), id, files.Value) : files.Failure;
        await http.ReplyAsync(added, _json.IReadOnlyListFileSnapshot, StatusCodes.Status201Created);
    }

    async Task FileAsync(HttpContext http, Guid id)
    {
        var files = await jobs.FilesAsync(http.Caller(), id);
        var index = http.FileIndex();
        if (!files.Succeeded)
            await http.FailAsync(files.Failure);
        else if (index < 0 || index >= files.Value.Count)
            await http.FailAsync(new Failure(BG_E_FILE_NOT_FOUND, $"Job {id} has {files.Value.Count} files, and none with the number {http.GetRouteValue("index")}"));
        else
            await http.ReplyAsync(files.Value[index], _json.FileSnapshot);
    }

    async Task SetRemoteNameAsync(HttpContext http, Guid id)
    {
        var asked = await http.ReadAsync(_json.SetRemoteName);
        var done = asked.Succeeded ? await jobs.SetRemoteNameAsync(http.Caller(), id, http.FileIndex(), asked.Value.RemoteName) : asked.Failure;
        await http.ReplyAsync(done, _json.JobReply);
    }

    async Task SendContentAsync(HttpContext http, Guid id)
    {
        var content = await jobs.OpenContentAsync(http.Caller(), id, http.FileIndex());
        await (content.Succeeded ? contents.SendAsync(http, content.Value) : http.FailAsync(content.Failure));
    }

    async Task TakeAsync(HttpContext http, Guid id)
    {
        var told = await http.ReadAsync(_json.FileTaken);
        var done = told.Succeeded ? await jobs.TakeAsync(http.Caller(), id, http.FileIndex(), told.Value.Code) : told.Failure;
        await http.ReplyAsync(done, _json.JobReply);
    }
}
