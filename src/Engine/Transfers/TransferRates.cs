namespace Haul.Engine.Transfers;

/// <summary>How fast the connections of one transfer are, measured from look to look. Owned by the transfer's loop.</summary>
sealed class TransferRates(TimeProvider time)
{
    readonly Dictionary<Lease, (long Bytes, long Waited)> _seen = [];
    readonly Dictionary<Lease, double> _rates = [];
    long _lookedAt = time.GetTimestamp();

    /// <summary>Bytes per second of all together at the last look. Read by any thread.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Mean bytes per second of one connection at the last look.</summary>
    public double PerConnection { get; private set; }

    /// <summary>Bytes per second of one connection at the last look; the mean for one that is new.</summary>
    public double Of(Lease lease) => _rates.TryGetValue(lease, out var rate) ? rate : PerConnection;

    /// <summary>Bytes per second of all together, and the mean share of the time they waited for bytes, since the last look.</summary>
    public (double BytesPerSecond, double WaitShare) Look(IReadOnlyList<Lease> leases)
    {
        var now = time.GetTimestamp();
        var seconds = Math.Max(1e-3, time.GetElapsedTime(_lookedAt, now).TotalSeconds);
        _lookedAt = now;
        _rates.Clear();
        var before = new Dictionary<Lease, (long Bytes, long Waited)>(_seen);
        _seen.Clear();
        double rate = 0, waited = 0;
        foreach (var lease in leases)
        {
            var (bytes, wait) = (Volatile.Read(ref lease.Bytes), Volatile.Read(ref lease.Waited));
            var (bytesBefore, waitBefore) = before.GetValueOrDefault(lease);
            _seen[lease] = (bytes, wait);
            _rates[lease] = (bytes - bytesBefore) / seconds;
            rate += _rates[lease];
            waited += (wait - waitBefore) / (double)time.TimestampFrequency / seconds;
        }
        BytesPerSecond = rate;
        PerConnection = leases.Count == 0 ? 0 : rate / leases.Count;
        return (rate, leases.Count == 0 ? 0 : Math.Min(1, waited / leases.Count));
    }
}
