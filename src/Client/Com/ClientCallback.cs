using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A client's object that is called back: held by plain references, and called through its table of methods.</summary>
/// <remarks>
/// A wrapper of the runtime's would be let go of when the garbage collector likes; a client may count on the moment. No lock is held while
/// the client's code runs, but where its methods are AddRef and QueryInterface.
/// </remarks>
sealed unsafe class ClientCallback
{
    // The places of the methods behind the three of IUnknown.
    const int JobTransferred = 3;
    const int JobError = 4;
    const int JobModification = 5;
    const int FileTransferred = 6;

    static readonly Guid _callbackId = new("97EA99C7-0186-4AD4-8DF9-C5B4E0ED6B22");
    static readonly Guid _callback2Id = new("659CDEAC-489E-11D9-A9CD-000D56965251");

    static int _held;

    readonly Lock _gate = new();
    readonly nint _unknown;
    readonly nint _callback;
    readonly nint _callback2;
    bool _isStopped;
    bool _isReleased;

    ClientCallback(nint unknown, nint callback, nint callback2)
    {
        (_unknown, _callback, _callback2) = (unknown, callback, callback2);
        Interlocked.Increment(ref _held);
    }

    /// <summary>How many objects of clients are held.</summary>
    public static int Held => Volatile.Read(ref _held);

    /// <summary>Takes references to a client's object, if it can be called back.</summary>
    public static HResult Take(void* unknown, out ClientCallback? taken)
    {
        taken = null;
        var code = Marshal.QueryInterface((nint)unknown, in _callbackId, out var callback);
        if (code < 0)
            return new HResult(code);
        if (Marshal.QueryInterface((nint)unknown, in _callback2Id, out var callback2) < 0)
            callback2 = 0;
        Marshal.AddRef((nint)unknown);
        taken = new ClientCallback((nint)unknown, callback, callback2);
        return S_OK;
    }

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

    /// <summary>Lets go of the object. No call runs or waits any more.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_isReleased)
                return;
            _isReleased = true;
        }
        Marshal.Release(_callback);
        if (_callback2 != 0)
            Marshal.Release(_callback2);
        Marshal.Release(_unknown);
        Interlocked.Decrement(ref _held);
    }

    /// <summary>Calls the client, with the client's own pointer of the job, and gives back what it returned.</summary>
    public HResult Call(ComJob job, Notification notification)
    {
        lock (_gate)
        {
            if (_isStopped || _isReleased)
                return RPC_E_DISCONNECTED;
        }
        job.Learn(notification.Job);
        var borrowed = ComInterfaceMarshaller<IBackgroundCopyJob>.ConvertToUnmanaged(job);
        var code = notification.Kind switch
        {
            NotificationKind.JobTransferred => ((delegate* unmanaged<nint, void*, int>)Method(_callback, JobTransferred))(_callback, borrowed),
            NotificationKind.JobError => CallError(job, borrowed, notification),
            NotificationKind.FileTransferred => CallFile(job, borrowed, notification.FileIndex!.Value),
            _ => ((delegate* unmanaged<nint, void*, uint, int>)Method(_callback, JobModification))(_callback, borrowed, 0),
        };
        Marshal.Release((nint)borrowed);
        return new HResult(code);
    }

    int CallError(ComJob job, void* borrowed, Notification notification)
    {
        var error = ComInterfaceMarshaller<IBackgroundCopyError>.ConvertToUnmanaged(new ComError(job, notification.Job.Error!));
        var code = ((delegate* unmanaged<nint, void*, void*, int>)Method(_callback, JobError))(_callback, borrowed, error);
        Marshal.Release((nint)error);
        return code;
    }

    int CallFile(ComJob job, void* borrowed, int index)
    {
        if (_callback2 == 0)
            return 0;
        var file = ComInterfaceMarshaller<IBackgroundCopyFile>.ConvertToUnmanaged(job.FileOf(index));
        var code = ((delegate* unmanaged<nint, void*, void*, int>)Method(_callback2, FileTransferred))(_callback2, borrowed, file);
        Marshal.Release((nint)file);
        return code;
    }

    static void* Method(nint instance, int slot) => (*(void***)instance)[slot];
}
