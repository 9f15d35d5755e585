using System.Runtime.InteropServices;

namespace Haul.Engine.Platform;

/// <summary>A list of words as C takes it: pointers to texts, and a null behind the last.</summary>
sealed unsafe class NativeWords : IDisposable
{
    readonly int _count;

    public NativeWords(IReadOnlyList<string> words)
    {
        _count = words.Count;
        First = (nint*)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(nint));
        for (var i = 0; i < _count; i++)
            First[i] = Marshal.StringToCoTaskMemUTF8(words[i]);
    }

    public nint* First { get; }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
            Marshal.FreeCoTaskMem(First[i]);
        NativeMemory.Free(First);
    }
}
