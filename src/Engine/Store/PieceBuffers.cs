using System.Buffers;
using Haul.Engine.Pieces;

namespace Haul.Engine.Store;

/// <summary>The memory that bytes pass through, shared by all transfers: so much and no more.</summary>
/// <remarks>
/// Each connection holds one buffer while it receives, and hashing holds those that it works on; hashing always gets on, so a
/// connection that waits for a buffer gets one. There are more buffers than connections may be open, so none waits on a slow one.
/// </remarks>
sealed class PieceBuffers
{
    /// <summary>Buffers of one piece each: 20 MiB at most, of which 16 may be under slow connections.</summary>
    public const int CountMax = 20;

    /// <summary>Small files take from the common pool instead, since they give back at once.</summary>
    const int SmallMax = 128 << 10;

    readonly SemaphoreSlim _free = new(CountMax);
    readonly Lock _gate = new();
    readonly Stack<byte[]> _idle = [];

    /// <summary>Buffers that were not given back yet, the small ones apart.</summary>
    public int InUse => CountMax - _free.CurrentCount;

    /// <summary>Waits for a buffer. Never for long: see the remarks.</summary>
    public async ValueTask<PieceBuffer> RentAsync(int length)
    {
        if (length <= SmallMax)
            return new PieceBuffer(null, ArrayPool<byte>.Shared.Rent(length), length);
        await _free.WaitAsync();
        lock (_gate)
            return new PieceBuffer(this, _idle.TryPop(out var bytes) ? bytes : GC.AllocateUninitializedArray<byte>(PieceLayout.StandardPieceSize, pinned: true), length);
    }

    internal void Return(byte[] bytes)
    {
        lock (_gate)
            _idle.Push(bytes);
        _free.Release();
    }
}

/// <summary>One piece in memory, given back when the last who uses it lets go.</summary>
sealed class PieceBuffer(PieceBuffers? owner, byte[] bytes, int length)
{
    int _users = 1;

    public int Length { get; private set; } = length;

    public Memory<byte> Memory => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    /// <summary>Where the piece is to be written once it is proved; null where it was written as it came.</summary>
    public PieceArrival? Arrival { get; set; }

    /// <summary>Whether a piece that is proved stands in the file: it does, or is written now.</summary>
    public bool Keep() => Arrival?.Write(Span) ?? true;

    /// <summary>The piece turned out shorter: the end of a file whose length nobody told.</summary>
    public void Shorten(int length) => Length = length;

    public PieceBuffer Share()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) != 0)
            return;
        if (owner is null)
            ArrayPool<byte>.Shared.Return(bytes);
        else
            owner.Return(bytes);
    }
}
