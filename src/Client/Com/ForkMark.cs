using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>Tells a process from the one it was forked from, without a system call and without code that runs in the fork.</summary>
/// <remarks>A page that the kernel gives a forked process empty (MADV_WIPEONFORK, Linux 4.14). Where that is not possible nothing is told.</remarks>
static unsafe partial class ForkMark
{
    const nuint PageBytes = 4096;
    const int ReadWrite = 3;
    const int PrivateAnonymous = 0x22;
    const int WipeOnFork = 18;

    static readonly byte* _mark = Make();

    /// <summary>The threads and connections of the objects are in another process.</summary>
    public static bool IsForked => _mark is not null && *_mark == 0;

    static byte* Make()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var page = (byte*)Map(0, PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)page == -1 || Advise((nint)page, PageBytes, WipeOnFork) != 0)
            return null;
        *page = 1;
        return page;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
