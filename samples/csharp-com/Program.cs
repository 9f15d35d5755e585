// Fetches one file through Delivery Optimization's COM interfaces and prints each status:
// dotnet run --project samples/csharp-com -- URL FILE [library]
// The objects are in this process, or in libdosvc.so, where LD_LIBRARY_PATH leads to it; both serve the same interfaces.
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Client.Com;
using Haul.ComSample;
using Haul.Protocol.Contract;

unsafe
{
    var wrappers = new StrategyBasedComWrappers();
    var manager = (IDOManager)wrappers.GetOrCreateObjectForComInstance(Activation.Create(typeof(IDOManager).GUID, args is [_, _, "library"]), CreateObjectFlags.None);
    void* made;
    Marshal.ThrowExceptionForHR(manager.CreateDownload(&made));
    var download = (IDODownload)wrappers.GetOrCreateObjectForComInstance((nint)made, CreateObjectFlags.None);
    Marshal.Release((nint)made);

    using var printer = new Printer();
    Set(DownloadProperty.Uri, ComVariant.Create(args[0]));
    Set(DownloadProperty.LocalPath, ComVariant.Create(Path.GetFullPath(args[1])));
    Set(DownloadProperty.CallbackInterface, ComVariant.CreateRaw(VarEnum.VT_UNKNOWN, (nint)ComInterfaceMarshaller<IDODownloadStatusCallback>.ConvertToUnmanaged(printer)));
    var whole = default(DO_DOWNLOAD_RANGES_INFO);
    Marshal.ThrowExceptionForHR(download.Start(&whole));
    var error = printer.Wait();
    Marshal.ThrowExceptionForHR(error < 0 ? download.Abort() : download.Finalize());
    return error < 0 ? 1 : 0;

    void Set(DownloadProperty property, ComVariant value)
    {
        var code = download.SetProperty(property, &value);
        value.Dispose();
        Marshal.ThrowExceptionForHR(code);
    }
}
