using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>An open file of Windows.</summary>
[SupportedOSPlatform("windows")]
sealed partial class WindowsFile(SafeFileHandle handle, string path, Caller caller) : IDiskFile
{
    public FileIdentity Identity { get; } = IdentityOf(handle);

    public long Length => RandomAccess.GetLength(handle);

    public FileState? State => new FileState(Identity, Length, File.GetLastWriteTimeUtc(handle).Ticks, Links: 1);

    public Failure? Allocate(long length) =>
        Try(DiskOperation.Allocating(path, caller), () => RandomAccess.SetLength(handle, length));

    public Failure? Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(DiskOperation.Writing(path, caller), e);
        }
    }

    public Failure? Read(long offset, Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var read = RandomAccess.Read(handle, bytes, offset);
                if (read == 0)
                    return DiskOperation.Reading(path, caller).TooShort(offset, bytes.Length);
                bytes = bytes[read..];
                offset += read;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(DiskOperation.Reading(path, caller), e);
        }
    }

    // Windows' owner of a file is set by its directory's rules and the caller's token.
    public Failure? Give(Caller owner) => null;

    public Failure? Flush() => Try(DiskOperation.Flushing(path, caller), () => RandomAccess.FlushToDisk(handle));

    public void Dispose() => handle.Dispose();

    /// <summary>Runs an operation of the framework and turns what it throws into a failure.</summary>
    public static Failure? Try(DiskOperation operation, Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Refused(operation, e);
        }
    }

    // On Windows the framework's exceptions carry the very HRESULT.
    static Failure Refused(DiskOperation operation, Exception e) => operation.Fails(new HResult(e.HResult), e.Message);

    static FileIdentity IdentityOf(SafeFileHandle handle) => GetFileInformationByHandle(handle, out var record)
        ? new FileIdentity(record.VolumeSerialNumber, ((ulong)record.IndexHigh << 32) | record.IndexLow)
        : default;

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, out FileRecord record);

    /// <summary>BY_HANDLE_FILE_INFORMATION (fileapi.h), the fields that are read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    struct FileRecord
    {
        [FieldOffset(28)] public uint VolumeSerialNumber;
        [FieldOffset(44)] public uint IndexHigh;
        [FieldOffset(48)] public uint IndexLow;
    }
}
