using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A client's object that is called back about a job.</summary>
sealed unsafe class ClientCallback : ClientObject
{
    // The places of the methods behind the three of IUnknown.
    const int JobTransferred = 3;
    const int JobError = 4;
    const int JobModification = 5;
    const int FileTransferred = 6;

    static readonly Guid _callbackId = new("97EA99C7-0186-4AD4-8DF9-C5B4E0ED6B22");
    static readonly Guid _callback2Id = new("659CDEAC-489E-11D9-A9CD-000D56965251");

    readonly nint _callback2;

    ClientCallback(void* unknown, nint callback, nint callback2)
        : base(unknown, callback) => _callback2 = callback2;

    /// <summary>Takes references to a client's object, if it can be called back.</summary>
    public static HResult Take(void* unknown, out ClientCallback? taken)
    {
        taken = null;
        var code = Ask(unknown, in _callbackId, out var callback);
        if (code.Failed)
            return code;
        if (Ask(unknown, in _callback2Id, out var callback2).Failed)
            callback2 = 0;
        taken = new ClientCallback(unknown, callback, callback2);
        return S_OK;
    }

    /// <inheritdoc/>
    protected override void ReleaseMore()
    {
        if (_callback2 != 0)
            Marshal.Release(_callback2);
    }

    /// <summary>Calls the client, with the client's own pointer of the job, and gives back what it returned.</summary>
    public HResult Call(ComJob job, Notification notification)
    {
        if (!TryBegin())
            return RPC_E_DISCONNECTED;
        job.Learn(notification.Job);
        var borrowed = ComInterfaceMarshaller<IBackgroundCopyJob>.ConvertToUnmanaged(job);
        var code = notification.Kind switch
        {
            NotificationKind.JobTransferred => ((delegate* unmanaged<nint, void*, int>)Method(Asked, JobTransferred))(Asked, borrowed),
            NotificationKind.JobError => CallError(job, borrowed, notification),
            NotificationKind.FileTransferred => CallFile(job, borrowed, notification.FileIndex!.Value),
            _ => ((delegate* unmanaged<nint, void*, uint, int>)Method(Asked, JobModification))(Asked, borrowed, 0),
        };
        Marshal.Release((nint)borrowed);
        End();
        return new HResult(code);
    }

    int CallError(ComJob job, void* borrowed, Notification notification)
    {
        var error = ComInterfaceMarshaller<IBackgroundCopyError>.ConvertToUnmanaged(new ComError(job, notification.Job.Error!));
        var code = ((delegate* unmanaged<nint, void*, void*, int>)Method(Asked, JobError))(Asked, borrowed, error);
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
}
