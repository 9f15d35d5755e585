using System.Buffers.Binary;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>Reads a batch of the journal, one announce after the other. What stands beyond the end is nothing, and shows.</summary>
/// <param name="batch">As <see cref="Outbox"/> has put it together.</param>
ref struct JournalReader(ReadOnlySpan<byte> batch)
{
    ReadOnlySpan<byte> _left = batch is [JournalBatch.Version, ..] ? batch[1..] : batch;
    bool _isBroken = batch is not [JournalBatch.Version, ..];

    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>Reads the next announce; false where there is none, nor anything of use behind it.</summary>
    /// <param name="announce">A cleared one.</param>
    public bool TryRead(Announce announce)
    {
        ref var peer = ref announce.Peer;
        announce.Group = Wide();
        peer.Id = Wide();
        announce.Now = (uint)Fixed(sizeof(uint));
        var life = Number();
        peer.Port = (ushort)Fixed(sizeof(ushort));
        var flags = Byte();
        peer.IsRestricted = (flags & JournalWriter.RestrictedBit) != 0;
        peer.Site = (flags & JournalWriter.SiteBit) != 0 ? Fixed(sizeof(ulong)) : 0;
        peer.Observed = Address() ?? default;
        Own(ref peer);
        Swarms(announce);
        if (_isBroken || flags > (JournalWriter.RestrictedBit | JournalWriter.SiteBit) || life > LifeMax || announce.Now > uint.MaxValue - LifeMax)
            return false;
        announce.ExpiresAt = announce.Now + (uint)life;
        return true;
    }

    /// <summary>Seconds that an announce is good for at most, whoever wrote it.</summary>
    public static uint LifeMax { get; } = (uint)(TrackerLimits.IntervalMax.TotalSeconds * TrackerLimits.LifeIntervals * TrackerLimits.UsualStretchMax) + 1;

    void Own(ref PeerRecord peer)
    {
        var count = Byte();
        _isBroken |= count > Announce.AddressesMax;
        if (_isBroken)
            return;
        Span<HostAddress> own = stackalloc HostAddress[count];
        foreach (ref var address in own)
            address = Address() ?? peer.Observed;
        peer.Own = HostAddresses.Of(own);
    }

    void Swarms(Announce announce)
    {
        var count = Byte();
        _isBroken |= count is 0 or > Announce.SwarmsMax;
        for (var i = 0; i < count && !_isBroken; i++)
        {
            ref var swarm = ref announce.Add();
            var id = Take(SwarmHash.Size);
            swarm.Id = _isBroken ? default : SwarmHash.Read(id);
            var kind = Byte();
            swarm.Mode = (PeerMode)(kind & JournalWriter.ModeBits);
            swarm.Event = (AnnounceEvent)(kind >> JournalWriter.EventShift);
            _isBroken |= swarm.Mode > PeerMode.Internet || swarm.Event > AnnounceEvent.Stopped;
            swarm.Left = Count();
            swarm.Totals = new PeerTotals(Count(), Count(), Count());
        }
    }

    UInt128 Wide()
    {
        var bytes = Take(16);
        return _isBroken ? default : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    ulong Fixed(int size)
    {
        ulong value = 0;
        foreach (var each in Take(size))
            value = value << 8 | each;
        return value;
    }

    int Byte() => (int)Fixed(1);

    long Count()
    {
        var count = Number();
        _isBroken |= count > Announce.BytesMax;
        return (long)Math.Min(count, Announce.BytesMax);
    }

    ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < JournalWriter.NumberMax * 7; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        _isBroken = true;
        return 0;
    }

    // An address, or null for one that is told already.
    HostAddress? Address()
    {
        var length = Byte();
        _isBroken |= length is not (0 or JournalWriter.V4Size or HostAddress.Size);
        if (_isBroken || length == 0)
            return null;
        Span<byte> whole = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0];
        Take(length).CopyTo(whole[(HostAddress.Size - length)..]);
        return HostAddress.Read(whole);
    }

    ReadOnlySpan<byte> Take(int count)
    {
        _isBroken |= _left.Length < count;
        if (_isBroken)
        {
            _left = [];
            return [];
        }
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
