using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>The files that there were when it was made.</summary>
[GeneratedComClass]
sealed unsafe partial class ComFileList(Cursor<ComFile> cursor) : LiveObject, IEnumBackgroundCopyFiles
{
    public int Next(uint count, void** files, uint* fetched) =>
        cursor.Next(count, files, fetched, static file => (nint)ComInterfaceMarshaller<IBackgroundCopyFile>.ConvertToUnmanaged(file));

    public int Skip(uint count) => cursor.Skip(count);

    public int Reset() => cursor.Reset();

    public int Clone(void** copy) => Give.Object<IEnumBackgroundCopyFiles>(copy, new ComFileList(cursor.Clone()));

    public int GetCount(uint* count) => cursor.GetCount(count);
}
