using System.Collections.Concurrent;

namespace Haul.UnitTests.World;

/// <summary>Runs all that is awaited under it on the test's own thread, until nothing is left to do.</summary>
/// <remarks>With it a test is idle at known moments: no sleeping, no polling, the same order every time.</remarks>
sealed class Loop : SynchronizationContext
{
    readonly ConcurrentQueue<(SendOrPostCallback What, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Post(Action what) => Post(static what => ((Action)what!)(), what);

    public void RunUntilIdle() => Inside(static () => true);

    /// <summary>Goes on until something has come true that other threads work on.</summary>
    public void RunUntil(Func<bool> isTrue) => Inside(() =>
    {
        var spent = System.Diagnostics.Stopwatch.StartNew();
        while (!isTrue())
        {
            Assert.True(spent.Elapsed < TimeSpan.FromSeconds(30), "It did not come true.");
            if (_posted.TryDequeue(out var one))
                one.What(one.State);
            else
                Thread.Yield();
        }
        return true;
    });

    /// <summary>Starts something under this loop and runs as far as it gets.</summary>
    public Task<T> Start<T>(Func<Task<T>> what) => Inside(what);

    public Task Start(Func<Task> what) => Inside(what);

    /// <summary>What an operation answers that needs nothing but this loop.</summary>
    public T Get<T>(Func<Task<T>> what)
    {
        var task = Start(what);
        Assert.True(task.IsCompleted, "It waits for something that does not come.");
        return task.GetAwaiter().GetResult();
    }

    public T Get<T>(Func<ValueTask<T>> what) => Get(() => what().AsTask());

    T Inside<T>(Func<T> what)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var result = what();
            while (_posted.TryDequeue(out var one))
                one.What(one.State);
            return result;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
