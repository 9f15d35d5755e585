using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>The jobs that there were when it was made.</summary>
[GeneratedComClass]
sealed unsafe partial class ComJobList(Cursor<ComJob> cursor) : LiveObject, IEnumBackgroundCopyJobs
{
    public int Next(uint count, void** jobs, uint* fetched) =>
        cursor.Next(count, jobs, fetched, static job => (nint)ComInterfaceMarshaller<IBackgroundCopyJob>.ConvertToUnmanaged(job));

    public int Skip(uint count) => cursor.Skip(count);

    public int Reset() => cursor.Reset();

    public int Clone(void** copy) => Give.Object<IEnumBackgroundCopyJobs>(copy, new ComJobList(cursor.Clone()));

    public int GetCount(uint* count) => cursor.GetCount(count);
}
