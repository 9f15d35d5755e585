namespace Haul.SimulationTests.Sites;

/// <summary>Lets one wait until something has changed.</summary>
sealed class SitePulse
{
    TaskCompletionSource? _waiting;

    public async Task WaitAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var waiting = _waiting = new TaskCompletionSource();
        using var registration = cancel.UnsafeRegister(static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token), waiting);
        await waiting.Task;
    }

    public void Ring()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }
}
