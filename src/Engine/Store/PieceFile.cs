using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Store;

/// <summary>The temporary file of a content, with the checkpoint of what was seen to stand in it. Any thread.</summary>
/// <remarks>Whoever writes the file writes through here, so that no checkpoint ever says what is not so any more.</remarks>
sealed class PieceFile(IDiskFile file) : IDiskFile
{
    /// <summary>The checkpoint, where the content is large enough for one.</summary>
    public Checkpoint? Checkpoint { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <inheritdoc/>
    public FileIdentity Identity => file.Identity;

    /// <inheritdoc/>
    public SafeFileHandle? Handle => file.Handle;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public FileState? State => file.State;

    /// <inheritdoc/>
    public ulong? Attachment => file.Attachment;

    /// <inheritdoc/>
    public IDiskFile? OpenAgain() => file.OpenAgain();

    /// <inheritdoc/>
    public Failure? Allocate(long length) => Checkpoint?.Void() ?? file.Allocate(length);

    /// <inheritdoc/>
    public Failure? Write(long offset, ReadOnlySpan<byte> bytes) => Checkpoint?.BeforeWrite(offset, bytes.Length) ?? file.Write(offset, bytes);

    /// <inheritdoc/>
    public Failure? Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

    /// <inheritdoc/>
    public Failure? Give(Caller owner) => file.Give(owner);

    /// <inheritdoc/>
    public Failure? Flush() => file.Flush();

    /// <summary>Closes the file; its checkpoint stays for a later run.</summary>
    public void Dispose()
    {
        Checkpoint?.Dispose();
        file.Dispose();
    }
}
