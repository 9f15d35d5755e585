namespace Haul.SimulationTests.World;

/// <summary>The virtual time as one lane sees it: it stands still while anything can run, then jumps to the next timer.</summary>
sealed class SimClock(SimLane lane) : TimeProvider
{
    /// <summary>Timers that will still fire.</summary>
    public int Pending { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => SimScheduler.Epoch + lane.Scheduler.Elapsed;

    public override long GetTimestamp() => lane.Scheduler.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
    {
        readonly SimLane _lane = clock.Lane;
        TimeSpan _period;
        int _armed;
        bool _isPending;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Arm(dueTime);
            return true;
        }

        void Arm(TimeSpan due)
        {
            var number = ++_armed;
            SetPending(due != Timeout.InfiniteTimeSpan);
            if (_isPending)
                _lane.Scheduler.At(_lane, due, () => Fire(number));
        }

        void Fire(int number)
        {
            if (number != _armed || !_isPending)
                return;
            if (_period > TimeSpan.Zero)
                Arm(_period);
            else
                SetPending(false);
            callback(state);
        }

        void SetPending(bool isPending)
        {
            clock.Pending += (isPending ? 1 : 0) - (_isPending ? 1 : 0);
            _isPending = isPending;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    SimLane Lane => lane;
}
