using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Haul.SystemTests.Disk;

/// <summary>What the tests ask of the system beside the framework.</summary>
static unsafe partial class Native
{
    static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static void Own(string path, uint uid, uint gid) => Assert.Equal(0, Chown(path, uid, gid));

    public static void Mode(string path, int mode) => Assert.Equal(0, Chmod(path, (uint)mode));

    public static void HardLink(string existing, string added) => Assert.Equal(0, Link(existing, added));

    public static void Pipe(string path) => Run("mkfifo", path);

    /// <summary>Runs a program to its end and returns its exit code.</summary>
    public static int ExitCodeOf(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public static void Run(string program, params string[] arguments) => Assert.Equal(0, ExitCodeOf(program, arguments));

    /// <summary>Runs on a thread that ends afterwards, so that whatever was done to its credentials ends as well.</summary>
    public static void OnOwnThread(Action act) => OnOwnThreads([act]);

    /// <summary>Runs each on a thread of its own, all at once; the first failure is thrown.</summary>
    public static void OnOwnThreads(IReadOnlyList<Action> acts)
    {
        var failures = new Exception?[acts.Count];
        var threads = acts.Select((act, at) => new Thread(() => failures[at] = Record.Exception(act))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    /// <summary>Takes a capability from this thread.</summary>
    public static void DropCapability(int capability)
    {
        var header = stackalloc uint[2] { 0x20080522, 0 };
        var sets = stackalloc uint[6];
        Assert.Equal(0, Syscall(IsArm ? 90 : 125, (nint)header, (nint)sets, 0));
        sets[0] &= ~(1u << capability);
        Assert.Equal(0, Syscall(IsArm ? 91 : 126, (nint)header, (nint)sets, 0));
    }

    /// <summary>Makes this thread another user's, wholly and for good.</summary>
    public static void BecomeForGood(uint uid, uint gid)
    {
        Assert.Equal(0, Syscall(IsArm ? 149 : 119, (nint)gid, (nint)gid, (nint)gid));
        Assert.Equal(0, Syscall(IsArm ? 147 : 117, (nint)uid, (nint)uid, (nint)uid));
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chmod(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, nint first, nint second, nint third);
}
