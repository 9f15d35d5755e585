using Haul.Protocol.Api;

namespace Haul.Client.Com;

/// <summary>Brings the answers of callbacks to the agent, on the threads that were called: one goes at a time, and takes along all that came meanwhile.</summary>
sealed class AnswerPost(BlockingHttp http)
{
    /// <summary>Ways in a row for one thread; then another takes over, since this one's own job has more to be told.</summary>
    const int WaysMax = 16;

    readonly Lock _gate = new();
    List<(string Session, NotificationAnswer Answer)> _waiting = [];
    bool _isOnTheWay;

    /// <summary>Sends an answer, or leaves it to the thread that is on the way.</summary>
    public Task Send(string session, NotificationAnswer answer, CancellationToken gone)
    {
        lock (_gate)
        {
            _waiting.Add((session, answer));
            if (_isOnTheWay)
                return Task.CompletedTask;
            _isOnTheWay = true;
        }
        Go();
        return Task.CompletedTask;
    }

    void Go()
    {
        for (var ways = 0; ways < WaysMax; ways++)
        {
            if (Take() is not { } answers)
                return;
            // An answer that does not arrive is none: its session has ended, and the agent tells again in another.
            foreach (var each in answers.GroupBy(one => one.Session))
                http.Send("POST", CallbackWays.PathOf(each.Key), CallbackWays.BodyOf([.. each.Select(one => one.Answer)]));
        }
        CallbackThreads.Run(Go);
    }

    List<(string Session, NotificationAnswer Answer)>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isOnTheWay = false;
                return null;
            }
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }
}
