using System.Runtime.InteropServices.Marshalling;
using Haul.Client.Com;
using Haul.Protocol.Contract;

namespace Haul.ComSample;

/// <summary>Prints each status, and knows when it is over.</summary>
[GeneratedComClass]
sealed unsafe partial class Printer : IDODownloadStatusCallback, IDisposable
{
    readonly ManualResetEventSlim _over = new();
    int _error;

    public int OnStatusChange(void* download, DO_DOWNLOAD_STATUS* status)
    {
        Console.WriteLine($"{status->State}: {status->BytesTransferred} of {status->BytesTotal} bytes, 0x{status->Error:X8}");
        if (status->Error < 0 || status->State == DownloadState.Transferred)
        {
            _error = status->Error;
            _over.Set();
        }
        return 0;
    }

    /// <summary>Waits for the end; gives the error, or 0.</summary>
    public int Wait()
    {
        _over.Wait();
        return _error;
    }

    public void Dispose() => _over.Dispose();
}
