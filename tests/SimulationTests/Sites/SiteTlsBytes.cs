using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>What TLS reads and writes below itself, so that it stays in the simulation's thread.</summary>
/// <remarks>
/// The runtime's TLS goes on wherever its bytes come, but hops to the pool where it finds a context there that is not its own. So each call
/// runs in the lane of its life, and ends with no context at all: then TLS goes on at once, on the spot, and whoever waits for TLS gets a turn.
/// </remarks>
sealed class SiteTlsBytes(SiteStream under, SimLane lane) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(InLaneAsync(async () =>
    {
        var count = await under.ReceiveAsync(buffer, cancellationToken);
        return count >= 0 ? count : throw new IOException("Simulated break of the connection");
    }));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(InLaneAsync(async () =>
        await under.SendAsync(buffer, cancellationToken) ? 0 : throw new IOException("Simulated break of the connection")));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only reads that wait in virtual time.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only writes that wait in virtual time.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    Task<int> InLaneAsync(Func<Task<int>> call)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(lane);
        try
        {
            var running = call();
            if (running.IsCompleted)
                return running;
            var ended = new TaskCompletionSource<int>();
            _ = EndAsync(running, ended);
            return ended.Task;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    static async Task EndAsync(Task<int> running, TaskCompletionSource<int> ended)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            ended.TrySetFromTask(running);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
