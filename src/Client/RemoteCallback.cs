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
/// <param name="callback">What is called.</param>
/// <param name="ways">Where calls run and how answers travel.</param>
/// <param name="ended">Told once, when the callback is not registered any more and no call of it runs or waits.</param>
sealed class RemoteCallback(JobCallback callback, CallbackWays ways, Action? ended = null)
{
    readonly Lock _gate = new();
    (string Session, Notification What)? _next;
    bool _isCalling;
    bool _isEnded;

    public void Call(string session, Notification notification, CancellationToken gone)
    {
        lock (_gate)
        {
            if (_isEnded)
                return;
            _next = (session, notification);
            if (_isCalling)
                return;
            _isCalling = true;
        }
        ways.Run(() => _ = RunAsync(gone));
    }

    /// <summary>It is not registered any more.</summary>
    /// <param name="isReplaced">What still waits is not for it; else it is the last that is told.</param>
    public void End(bool isReplaced)
    {
        lock (_gate)
        {
            if (_isEnded)
                return;
            _isEnded = true;
            if (isReplaced)
                _next = null;
            if (_isCalling)
                return;
        }
        ended?.Invoke();
    }

    async Task RunAsync(CancellationToken gone)
    {
        while (Take() is var (session, notification))
        {
            var answer = new NotificationAnswer(notification.Job.Id, notification.Number, await CallAsync(notification, gone));
            try
            {
                // An answer that does not arrive is none: the agent tells again.
                await ways.Answer(session, answer, gone);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The client is gone; nobody waits for answers.
            }
        }
    }

    (string Session, Notification What)? Take()
    {
        (string Session, Notification What)? next;
        bool isLast;
        lock (_gate)
        {
            next = _next;
            _next = null;
            _isCalling = next is not null;
            isLast = next is null && _isEnded;
        }
        if (isLast)
            ended?.Invoke();
        return next;
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

/// <summary>Where calls run and how answers travel.</summary>
/// <param name="Run">Runs the calls of one job, apart from those of others.</param>
/// <param name="Answer">Posts an answer: the session, the answer, and when nobody waits for it any more.</param>
sealed record CallbackWays(Action<Action> Run, Func<string, NotificationAnswer, CancellationToken, Task> Answer)
{
    /// <summary>Where the answers of a session go.</summary>
    public static string PathOf(string session) => $"/v1/notifications/{session}/answers";

    /// <summary>Answers as they travel.</summary>
    public static byte[] BodyOf(IReadOnlyList<NotificationAnswer> answers) => JsonSerializer.SerializeToUtf8Bytes(answers, ProtocolJson.Default.IReadOnlyListNotificationAnswer);
}
