namespace Haul.Client.Com;

/// <summary>An object that clients hold: counted, so that a test can tell whether any is left.</summary>
abstract class LiveObject
{
    static int _count;

    protected LiveObject() => Interlocked.Increment(ref _count);

    ~LiveObject() => Interlocked.Decrement(ref _count);

    /// <summary>How many there are, after those that nobody holds are gone.</summary>
    public static int Count()
    {
        // What one finalizer lets go of is found by the next round.
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return Volatile.Read(ref _count) + ClientObject.Held;
    }
}
