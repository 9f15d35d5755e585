namespace Haul.Agent.Commands;

/// <summary>Who may start a command now: so many at once, so many of one user, the others in order. Any thread.</summary>
/// <remarks>Of the users who wait, the one with the fewest commands is next, so that one with ten thousand jobs holds up nobody but himself.</remarks>
sealed class CommandSlots(CommandLimits limits)
{
    readonly Lock _gate = new();
    readonly Dictionary<uint, UserLine> _users = [];
    int _taken;
    long _tickets;

    /// <summary>Waits for a place; to be given back with <see cref="Give"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; there is no place to give back.</exception>
    public async Task TakeAsync(uint uid, CancellationToken cancel)
    {
        var turn = new Turn();
        lock (_gate)
        {
            if (!_users.TryGetValue(uid, out var user))
                _users.Add(uid, user = new UserLine());
            turn.Ticket = _tickets++;
            user.Waiting.Enqueue(turn);
            CallNext_NeedsLock();
        }
        using var canceled = cancel.UnsafeRegister(static (waiting, token) => ((Turn)waiting!).Come.TrySetCanceled(token), turn);
        await turn.Come.Task;
    }

    /// <summary>Gives a place back.</summary>
    public void Give(uint uid)
    {
        lock (_gate)
        {
            _taken--;
            _users[uid].Taken--;
            CallNext_NeedsLock();
            if (_users[uid] is { Taken: 0, Waiting.Count: 0 })
                _users.Remove(uid);
        }
    }

    void CallNext_NeedsLock()
    {
        while (_taken < limits.CommandsMax && Next_NeedsLock() is { } user)
        {
            // One whose wait was given up meanwhile takes no place.
            if (!user.Waiting.Dequeue().Come.TrySetResult())
                continue;
            user.Taken++;
            _taken++;
        }
    }

    UserLine? Next_NeedsLock() => _users.Values.Where(user => user.Waiting.Count > 0 && user.Taken < limits.CommandsPerUserMax)
        .MinBy(user => (user.Taken, user.Waiting.Peek().Ticket));

    sealed class UserLine
    {
        public Queue<Turn> Waiting { get; } = [];

        public int Taken { get; set; }
    }

    sealed class Turn
    {
        public long Ticket { get; set; }

        public TaskCompletionSource Come { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
