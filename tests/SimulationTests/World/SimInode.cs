using Haul.Engine.Platform;

namespace Haul.SimulationTests.World;

/// <summary>A file's bytes: as the running system has them, and what of that would be lost with the power.</summary>
sealed class SimInode(FileIdentity identity)
{
    /// <summary>The device writes back in lumps of this size, each by itself.</summary>
    public const int BlockSize = 64 << 10;

    readonly Lock _gate = new();

    // What the blocks held that were written since the last flush; null for zeros.
    readonly SortedDictionary<int, byte[]?> _before = [];
    byte[] _bytes = [];

    public FileIdentity Identity => identity;

    public int Length { get; private set; }

    /// <summary>When it was last changed, nanoseconds.</summary>
    public long ChangedAt { get; set; }

    /// <summary>Everything the running system has.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Resize(int length)
    {
        lock (_gate)
            Resize_NeedsLock(length);
    }

    public void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (offset + bytes.Length > Length)
                Resize_NeedsLock(offset + bytes.Length);
            for (var block = offset / BlockSize; block * BlockSize < offset + bytes.Length; block++)
                Remember_NeedsLock(block);
            bytes.CopyTo(_bytes.AsSpan(offset));
        }
    }

    public bool TryRead(long offset, Span<byte> bytes)
    {
        lock (_gate)
        {
            if (offset + bytes.Length > Length)
                return false;
            _bytes.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
            return true;
        }
    }

    public void Flush()
    {
        lock (_gate)
            _before.Clear();
    }

    /// <summary>Each block that was not flushed stands on the device, or what was there before does.</summary>
    /// <returns>Blocks that were lost.</returns>
    public int LosePower(Random die)
    {
        var lost = 0;
        foreach (var (block, before) in _before)
        {
            if (die.Next(2) == 0 || block * BlockSize >= Length)
                continue;
            var here = _bytes.AsSpan(block * BlockSize, Math.Min(BlockSize, Length - block * BlockSize));
            here.Clear();
            before.AsSpan(0, Math.Min(before?.Length ?? 0, here.Length)).CopyTo(here);
            lost++;
        }
        _before.Clear();
        return lost;
    }

    void Remember_NeedsLock(int block)
    {
        if (_before.ContainsKey(block))
            return;
        var here = _bytes.AsSpan(block * BlockSize, Math.Min(BlockSize, Length - block * BlockSize));
        _before.Add(block, here.ContainsAnyExcept((byte)0) ? here.ToArray() : null);
    }

    void Resize_NeedsLock(int length)
    {
        if (length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(length, Math.Min(_bytes.Length * 2, 1 << 24)));
        if (length < Length)
            _bytes.AsSpan(length, Length - length).Clear();
        Length = length;
    }
}
