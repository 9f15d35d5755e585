using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>The callback of one job with an agent: one call at a time, each answered when it returns.</summary>
/// <remarks>
/// The agent waits for the answer before it sends the next. Only when it was started anew may a notification come while a call still
/// runs; it then waits here, and the latest is enough, since an agent that was started anew tells what is true now.
/// </remarks>
sealed class RemoteCallback(JobCallback callback, AgentHttp http)
{
    readonly Lock _gate = new();
    (string Session, Notification What)? _next;
    bool _isCalling;

    public void Call(string session, Notification notification, CancellationToken gone)
    {
        lock (_gate)
        {
            _next = (session, notification);
            if (_isCalling)
                return;
            _isCalling = true;
        }
        _ = Task.Run(() => RunAsync(gone), CancellationToken.None);
    }

    async Task RunAsync(CancellationToken gone)
    {
        while (Take() is var (session, notification))
        {
            var answer = new NotificationAnswer(notification.Job.Id, notification.Number, await CallAsync(notification, gone));
            var body = JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<NotificationAnswer>>([answer], ProtocolJson.Default.IReadOnlyListNotificationAnswer);
            try
            {
                // An answer that does not arrive is none: the agent tells again.
                await http.SendAsync(HttpMethod.Post, $"/v1/notifications/{session}/answers", body, gone);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    (string Session, Notification What)? Take()
    {
        lock (_gate)
        {
            var next = _next;
            _next = null;
            _isCalling = next is not null;
            return next;
        }
    }

    async Task<HResult> CallAsync(Notification notification, CancellationToken gone)
    {
        try
        {
            return await callback(notification, gone);
        }
        catch (Exception e)
        {
            // A callback that throws has failed; what it threw is its owner's affair.
            return new HResult(e.HResult < 0 ? e.HResult : HResults.E_FAIL.Value);
        }
    }
}
