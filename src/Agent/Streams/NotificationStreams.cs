using System.Collections.Concurrent;
using Haul.Agent.Connections;
using Haul.Agent.Routes;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Streams;

/// <summary>GET /v1/notifications and the calls around it: callbacks over HTTP.</summary>
sealed class NotificationStreams(JobManager jobs, StreamPlace place)
{
    /// <summary>A call has about a kibibyte; more than some dozens are not held for one write.</summary>
    const int CallsPerWriteMax = 32;

    static readonly ProtocolJson _json = ProtocolJson.Default;

    readonly ConcurrentDictionary<string, NotificationSession> _sessions = [];

    public void AddTo(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/notifications", RunAsync).WithMetadata(StreamMark.Set);
        routes.MapPost("/v1/notifications/{session}/answers", AnswerAsync);
        routes.MapPut("/v1/jobs/{id}/callback", JobRoutes.OnJob(RegisterAsync));
        routes.MapDelete("/v1/jobs/{id}/callback", JobRoutes.OnJob(RemoveAsync));
    }

    async Task RunAsync(HttpContext http)
    {
        using var stream = await EventStream.OpenAsync(http, place);
        if (stream is null)
            return;
        var session = new NotificationSession(http.Caller(), jobs);
        _sessions[session.Id] = session;
        try
        {
            stream.Write("session", null, new Protocol.Api.NotificationSession(session.Id), _json.NotificationSession);
            await stream.FlushAsync();
            await SendAsync(stream, session);
        }
        catch (OperationCanceledException) when (stream.Closed.IsCancellationRequested)
        {
            // The reader is gone, or the agent stops.
        }
        finally
        {
            _sessions.TryRemove(session.Id, out _);
            session.End();
        }
    }

    static async Task SendAsync(EventStream stream, NotificationSession session)
    {
        while (await stream.NextAsync(session.Calls.WaitToReadAsync(stream.Closed).AsTask()))
        {
            // What is there already goes in few writes.
            var written = 0;
            while (session.Calls.TryRead(out var call))
            {
                if (!session.IsOpen(call))
                    continue;
                stream.Write("notification", null, call, _json.Notification);
                if (++written % CallsPerWriteMax == 0)
                    await stream.FlushAsync();
            }
            await stream.FlushAsync();
        }
    }

    async Task RegisterAsync(HttpContext http, Guid id)
    {
        var asked = await http.ReadAsync(_json.CallbackRegistration);
        var session = asked.Succeeded ? Find(http.Caller(), asked.Value.Session) : asked.Failure;
        await http.ReplyAsync(session.Succeeded ? await session.Value.RegisterAsync(id) : session.Failure, _json.JobReply);
    }

    /// <summary>Removes the job's callback, whosever it is; with a session only that one's.</summary>
    async Task RemoveAsync(HttpContext http, Guid id)
    {
        if (http.Request.Query["session"].ToString() is not { Length: > 0 } named)
        {
            await http.ReplyAsync(await jobs.SetCallbackAsync(http.Caller(), id, null), _json.JobReply);
            return;
        }
        var session = Find(http.Caller(), named);
        if (session.Succeeded)
            session.Value.Remove(id);
        var job = jobs.Get(http.Caller(), id);
        var reply = !session.Succeeded ? session.Failure : job.Succeeded ? new JobReply(S_OK, job.Value) : new Outcome<JobReply>(job.Failure);
        await http.ReplyAsync(reply, _json.JobReply);
    }

    async Task AnswerAsync(HttpContext http)
    {
        var session = Find(http.Caller(), (string)http.GetRouteValue("session")!);
        var answers = session.Succeeded ? await http.ReadAsync(_json.IReadOnlyListNotificationAnswer) : session.Failure;
        if (!answers.Succeeded)
        {
            await http.FailAsync(answers.Failure);
            return;
        }
        foreach (var answer in answers.Value.OfType<NotificationAnswer>())
            session.Value!.Answer(answer);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>A session of the caller's own. Another user's is none, whatever the caller's rights: what it hears is not the caller's.</summary>
    Outcome<NotificationSession> Find(Caller caller, string? id) => _sessions.TryGetValue(id ?? "", out var session) && session.Caller.Uid == caller.Uid
        ? session
        : new Failure(E_NOT_SET, $"There is no session '{id}'; it ended with its stream");
}
