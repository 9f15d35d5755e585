namespace Haul.Engine.Platform;

/// <summary>Where work is done that would hold up a loop: hashing, and disk operations that may take long.</summary>
/// <remarks>In a simulation the work is done on the spot, so that a seed always gives the same run.</remarks>
/// <param name="onTheSpot">Run each piece of work inside the call.</param>
sealed class Workers(bool onTheSpot)
{
    /// <summary>True when work is done inside the call.</summary>
    public bool OnTheSpot => onTheSpot;

    public void Do(IThreadPoolWorkItem work)
    {
        if (onTheSpot)
            work.Execute();
        else
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    public void Do(Action work)
    {
        if (onTheSpot)
            work();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
    }
}
