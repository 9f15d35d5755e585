using System.Runtime.InteropServices;
using Haul.Engine.Platform;

namespace Haul.Client.Com;

/// <summary>Starts the user's own agent, apart from the program that needs it.</summary>
/// <remarks>
/// Through a shell that ends at once, so that the agent is nobody's child and has no terminal, no files and no directory of the program's.
/// Not with the runtime's own way of starting programs: that one takes over the program's signals.
/// </remarks>
static unsafe partial class AgentLauncher
{
    /// <summary>Names the program to start.</summary>
    public const string ProgramVariable = "HAUL_PROGRAM";

    const string Script = "cd / && exec </dev/null >/dev/null 2>&1; \"$0\" agent &";

    // More than the structures of any C library here take.
    const int SpawnBytes = 512;

    const short SetSignalMask = 0x08;
    const short SetSession = 0x80;
    const int FirstFile = 3;

    /// <summary>Starts one; false where there is no program, or where a program must not be started on someone else's say.</summary>
    public static bool Start() => !OperatingSystem.IsWindows() && GetUid() == PosixNative.GetEUid() && Program() is { } program && Run(program);

    static string? Program()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).AsEnumerable();
        if (LibraryFolder() is { } own)
            folders = folders.Prepend(own);
        return folders.Select(folder => Path.Combine(folder, "haul")).FirstOrDefault(File.Exists);
    }

    /// <summary>Where the library lies that this code is in.</summary>
    static string? LibraryFolder()
    {
        if (System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported)
            return AppContext.BaseDirectory;
        LibraryRecord found;
        return FindLibrary((void*)(delegate* unmanaged[Cdecl]<int>)&Library.DllCanUnloadNow, &found) != 0 && Marshal.PtrToStringUTF8(found.Path) is { } path
            ? Path.GetDirectoryName(Path.GetFullPath(path))
            : null;
    }

    static bool Run(string program)
    {
        byte* attributes = stackalloc byte[SpawnBytes], actions = stackalloc byte[SpawnBytes], signals = stackalloc byte[SpawnBytes];
        new Span<byte>(signals, SpawnBytes).Clear();
        if (InitAttributes(attributes) != 0 || InitActions(actions) != 0)
            return false;
        _ = SetFlags(attributes, SetSession | SetSignalMask);
        _ = SetMask(attributes, signals);
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addclosefrom_np", out var closeFrom))
            _ = ((delegate* unmanaged<byte*, int, int>)closeFrom)(actions, FirstFile);
        string?[] words = ["sh", "-c", Script, program, null];
        var arguments = stackalloc nint[words.Length];
        for (var i = 0; i < words.Length; i++)
            arguments[i] = Marshal.StringToCoTaskMemUTF8(words[i]);
        int process, status;
        var code = Spawn(&process, "/bin/sh", actions, attributes, arguments, *(nint**)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ"));
        if (code == 0)
            _ = Wait(process, &status, 0);
        for (var i = 0; i < words.Length; i++)
            Marshal.FreeCoTaskMem(arguments[i]);
        _ = DestroyActions(actions);
        _ = DestroyAttributes(attributes);
        return code == 0;
    }

    /// <summary>Dl_info (dlfcn.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct LibraryRecord
    {
        public nint Path;
        public nint Start;
        public nint Symbol;
        public nint SymbolAddress;
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUid();

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int FindLibrary(void* address, LibraryRecord* found);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* process, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int Wait(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);
}
