namespace Haul.SimulationTests.Sites;

/// <summary>One direction of a connection: lumps of bytes on their way, and those that wait to be read.</summary>
/// <remarks>As with TCP, bytes keep their order, and only so many are under way before who writes has to wait for who reads.</remarks>
sealed class SitePipe(SiteNet net, SiteEnd from, SiteEnd to)
{
    const int LumpBytes = 64 << 10;
    const int WindowBytes = 256 << 10;

    readonly Queue<ReadOnlyMemory<byte>> _here = [];
    readonly Queue<ReadOnlyMemory<byte>> _held = []; // came while the ends could not reach each other
    readonly SitePulse _came = new();
    readonly SitePulse _room = new();
    TimeSpan _last;
    int _underWay;
    bool _isAtEnd;
    bool _isBroken;

    public SiteEnd From => from;

    public SiteEnd To => to;

    /// <summary>Writes all; false when broken.</summary>
    /// <param name="bytes">What.</param>
    /// <param name="takesLine">It takes its time on the lines of both machines; else only the way itself does.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, bool takesLine, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            cancel.ThrowIfCancellationRequested();
            if (_isBroken)
                return false;
            var count = Math.Min(Math.Min(bytes.Length, LumpBytes), WindowBytes - _underWay);
            if (count > 0)
            {
                _underWay += count;
                Send(bytes[..count].ToArray(), takesLine ? count : 0);
                bytes = bytes[count..];
            }
            else
            {
                await _room.WaitAsync(cancel);
            }
        }
        return !_isBroken;
    }

    /// <summary>The first byte that is there; -1 at the end or when broken.</summary>
    public async ValueTask<int> PeekAsync(CancellationToken cancel) => await WaitAsync(cancel) > 0 ? _here.Peek().Span[0] : -1;

    /// <summary>Reads at least a byte: how many, 0 at the end, -1 when broken.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        if (await WaitAsync(cancel) is var found && found <= 0)
            return found;
        var lump = _here.Dequeue();
        var count = Math.Min(lump.Length, buffer.Length);
        lump[..count].CopyTo(buffer);
        if (count < lump.Length)
            PutBack(lump[count..]);
        _underWay -= count;
        _room.Ring();
        return count;
    }

    /// <summary>Nothing more is written; what is under way still comes.</summary>
    public void End() => Send(default, 0);

    /// <summary>It is of no use any more, to neither end.</summary>
    public void Break()
    {
        _isBroken = true;
        _here.Clear();
        _held.Clear();
        _came.Ring();
        _room.Ring();
    }

    /// <summary>The ends reach each other again: what was held comes now.</summary>
    public void Heal()
    {
        while (!net.IsCut(from, to) && _held.TryDequeue(out var lump))
            Come(lump);
    }

    // 1 where bytes are here, 0 at the end, -1 when broken.
    async ValueTask<int> WaitAsync(CancellationToken cancel)
    {
        while (_here.Count == 0 && !_isAtEnd && !_isBroken)
            await _came.WaitAsync(cancel);
        return _here.Count > 0 ? 1 : _isBroken ? -1 : 0;
    }

    void PutBack(ReadOnlyMemory<byte> first)
    {
        var rest = _here.ToArray();
        _here.Clear();
        _here.Enqueue(first);
        foreach (var lump in rest)
            _here.Enqueue(lump);
    }

    // A lump without bytes is the end.
    void Send(ReadOnlyMemory<byte> lump, int bytesOnLine)
    {
        var due = net.ArrivalOf(from, to, bytesOnLine);
        _last = due > _last ? due : _last + TimeSpan.FromTicks(1);
        net.Turns.At(to.Lane, _last - net.Turns.Elapsed, () => Arrive(lump));
    }

    void Arrive(ReadOnlyMemory<byte> lump)
    {
        if (_held.Count > 0 || net.IsCut(from, to))
            _held.Enqueue(lump);
        else
            Come(lump);
    }

    void Come(ReadOnlyMemory<byte> lump)
    {
        if (_isBroken)
            return;
        if (lump.IsEmpty)
            _isAtEnd = true;
        else
            _here.Enqueue(lump);
        _came.Ring();
    }
}
