using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>The downloads that there were when it was made.</summary>
[GeneratedComClass]
sealed unsafe partial class ComDownloadList(Cursor<ComDownload> cursor) : LiveObject, IEnumUnknown
{
    static readonly Guid _unknownId = new("00000000-0000-0000-C000-000000000046");

    public int Next(uint count, void** objects, uint* fetched) => cursor.Next(count, objects, fetched, UnknownOf);

    public int Skip(uint count) => cursor.Skip(count);

    public int Reset() => cursor.Reset();

    public int Clone(void** copy) => Give.Object<IEnumUnknown>(copy, new ComDownloadList(cursor.Clone()));

    static nint UnknownOf(ComDownload download)
    {
        var own = (nint)ComInterfaceMarshaller<IDODownload>.ConvertToUnmanaged(download);
        Marshal.QueryInterface(own, in _unknownId, out var unknown);
        Marshal.Release(own);
        return unknown;
    }
}
