using System.Runtime.InteropServices;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>An object of a client's: held by plain references, and called through its table of methods.</summary>
/// <remarks>
/// A wrapper of the runtime's would be let go of when the garbage collector likes; a client may count on the moment. No lock is held while
/// the client's code runs, but where its methods are AddRef and QueryInterface.
/// </remarks>
abstract unsafe class ClientObject
{
    static int _held;

    readonly Lock _gate = new();
    readonly nint _unknown;
    readonly nint _asked;
    bool _isStopped;
    bool _isReleased;

    /// <param name="unknown">The object as the client gave it; a reference is taken.</param>
    /// <param name="asked">The interface to call, with a reference that is taken over.</param>
    protected ClientObject(void* unknown, nint asked)
    {
        Marshal.AddRef((nint)unknown);
        (_unknown, _asked) = ((nint)unknown, asked);
        Interlocked.Increment(ref _held);
    }

    /// <summary>How many objects of clients are held.</summary>
    public static int Held => Volatile.Read(ref _held);

    /// <summary>The interface that is called.</summary>
    protected nint Asked => _asked;

    /// <summary>The object as the client gave it, with a reference; null when it is let go of.</summary>
    public void* Object()
    {
        lock (_gate)
        {
            if (_isStopped || _isReleased)
                return null;
            Marshal.AddRef(_unknown);
            return (void*)_unknown;
        }
    }

    /// <summary>No call begins after this.</summary>
    public void Stop()
    {
        lock (_gate)
            _isStopped = true;
    }

    /// <summary>Lets go of the object. A call that runs keeps it until it returns.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_isReleased)
                return;
            _isReleased = true;
        }
        ReleaseMore();
        Marshal.Release(_asked);
        Marshal.Release(_unknown);
        Interlocked.Decrement(ref _held);
    }

    /// <summary>Lets go of what a kind of object holds beside the interface that it calls.</summary>
    protected virtual void ReleaseMore()
    {
    }

    /// <summary>A call begins: true, with a reference for as long as it takes, unless the object is let go of.</summary>
    protected bool TryBegin()
    {
        lock (_gate)
        {
            if (_isStopped || _isReleased)
                return false;
            Marshal.AddRef(_asked);
            return true;
        }
    }

    /// <summary>A call that began has returned.</summary>
    protected void End() => Marshal.Release(_asked);

    /// <summary>The object's interface, with a reference; a failure where it does not have it.</summary>
    protected static HResult Ask(void* unknown, in Guid id, out nint found) => new(Marshal.QueryInterface((nint)unknown, in id, out found));

    protected static void* Method(nint instance, int slot) => (*(void***)instance)[slot];
}
