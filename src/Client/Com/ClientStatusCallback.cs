using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A client's object that is told of a download.</summary>
sealed unsafe class ClientStatusCallback : ClientObject
{
    const int OnStatusChange = 3;

    static readonly Guid _id = new("D166E8E3-A90E-4392-8E87-05E996D3747D");

    ClientStatusCallback(void* unknown, nint callback)
        : base(unknown, callback)
    {
    }

    /// <summary>Takes references to a client's object, if it can be told.</summary>
    public static HResult Take(void* unknown, out ClientStatusCallback? taken)
    {
        taken = null;
        var code = Ask(unknown, in _id, out var callback);
        if (code.Failed)
            return code;
        taken = new ClientStatusCallback(unknown, callback);
        return S_OK;
    }

    /// <summary>Calls the client. What it returns is not looked at: the next change is told as this one.</summary>
    public void Call(ComDownload download, DO_DOWNLOAD_STATUS status)
    {
        if (!TryBegin())
            return;
        var borrowed = ComInterfaceMarshaller<IDODownload>.ConvertToUnmanaged(download);
        _ = ((delegate* unmanaged<nint, void*, DO_DOWNLOAD_STATUS*, int>)Method(Asked, OnStatusChange))(Asked, borrowed, &status);
        Marshal.Release((nint)borrowed);
        End();
    }
}
