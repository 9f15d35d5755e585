namespace Haul.Engine.Platform;

/// <summary>Where work is done that would hold up a loop: hashing, and disk operations that may take long.</summary>
/// <remarks>In a simulation the work is done on the spot or in turn, so that a seed always gives the same run.</remarks>
/// <param name="onTheSpot">Run each piece of work inside the call.</param>
/// <param name="turns">Where a simulation gives each piece of work a turn of its own instead, so that it meets every order.</param>
sealed class Workers(bool onTheSpot, SynchronizationContext? turns = null)
{
    public void Do(IThreadPoolWorkItem work)
    {
        if (turns is not null)
            turns.Post(static work => ((IThreadPoolWorkItem)work!).Execute(), work);
        else if (onTheSpot)
            work.Execute();
        else
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    public void Do(Action work)
    {
        if (turns is not null)
            turns.Post(static work => ((Action)work!)(), work);
        else if (onTheSpot)
            work();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
    }
}
