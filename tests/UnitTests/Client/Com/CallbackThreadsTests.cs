using Haul.Client.Com;

namespace Haul.UnitTests.Client.Com;

/// <summary>A call that blocks holds its thread and nobody else.</summary>
public sealed class CallbackThreadsTests
{
    [Fact]
    public async Task Any_number_of_calls_may_block()
    {
        const int Count = 100;
        using var free = new ManualResetEventSlim();
        using var started = new CountdownEvent(Count);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = Count;
        for (var i = 0; i < Count; i++)
        {
            CallbackThreads.Run(() =>
            {
                started.Signal();
                free.Wait();
                if (Interlocked.Decrement(ref left) == 0)
                    ended.SetResult();
            });
        }

        Assert.True(started.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var quick = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CallbackThreads.Run(quick.SetResult);
        await quick.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        free.Set();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
