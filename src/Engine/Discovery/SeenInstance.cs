using System.Globalization;
using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>What one interface brought of another agent by multicast DNS.</summary>
/// <param name="lan">The interface's number.</param>
/// <param name="name">The agent's name as an instance of the service.</param>
sealed class SeenInstance(int lan, DnsName name)
{
    /// <summary>Addresses of one peer that are told: it is tried at each.</summary>
    const int EndPointsMax = 4;

    /// <summary>How often its host and port are asked for, when they did not come by themselves.</summary>
    const int AsksMax = 3;

    // Of its time: when a record is asked for again (RFC 6762, section 5.2).
    static readonly double[] _renewals = [0.80, 0.85, 0.90, 0.95];

    TimeSpan _since;
    TimeSpan _time;
    int _renewed;
    int _asked;

    public int Lan => lan;

    public DnsName Name => name;

    /// <summary>When it counts as gone.</summary>
    public TimeSpan Expires => _since + _time;

    /// <summary>The service record, while it is good.</summary>
    public Timed<ServiceRecord>? Service { get; set; }

    /// <summary>The text record, while it is good.</summary>
    public Timed<TextRecord>? Text { get; set; }

    /// <summary>Where it was said to be last, and when.</summary>
    public (IReadOnlyList<IPEndPoint> EndPoints, TimeSpan At)? Told { get; set; }

    /// <summary>When its host and port are asked for; null when they are known, or were asked for often enough.</summary>
    public TimeSpan? AskAt { get; private set; }

    /// <summary>When everyone is asked anew, so that it stays known while it is there.</summary>
    public TimeSpan? RenewAt => _renewed < _renewals.Length ? _since + _time * _renewals[_renewed] : null;

    /// <summary>It said that it is there.</summary>
    public void Point(uint ttlSeconds, TimeSpan now)
    {
        // Who takes it back may have erred, and has a second to say so (section 10.1).
        (_since, _time, _renewed) = (now, TimeSpan.FromSeconds(ttlSeconds == 0 ? 1 : Math.Min(ttlSeconds, PresenceRecords.OtherTtlSeconds)), ttlSeconds == 0 ? _renewals.Length : 0);
        if (ttlSeconds == 0)
            Told = null;
    }

    /// <summary>Seconds that are left of its time.</summary>
    public uint LeftAt(TimeSpan now) => (uint)Math.Max(0, (Expires - now).TotalSeconds);

    /// <summary>True while more than half of its time is left: then whoever asks says that this is known.</summary>
    public bool IsFreshAt(TimeSpan now) => Expires - now > _time / 2;

    /// <summary>Asks for what is missing, in a moment.</summary>
    public void AskSoon(TimeSpan at) => (AskAt, _asked) = (at, 0);

    /// <summary>It was asked for; next in 2, then in 4 seconds.</summary>
    public void Asked(TimeSpan now) => AskAt = ++_asked < AsksMax ? now + TimeSpan.FromSeconds(1 << _asked) : null;

    /// <summary>Nothing is missing.</summary>
    public void AskNoMore() => AskAt = null;

    /// <summary>It was asked for anew.</summary>
    public void Renewed(TimeSpan now)
    {
        while (RenewAt <= now)
            _renewed++;
    }

    /// <summary>Who it is, by its text; null where that is of another version, or makes no sense.</summary>
    public PeerId? Id =>
        Text?.Record is { } text && text.Find("v") == PresenceRecords.Version && text.Find("id") is { Length: 2 * PeerId.Size } id
            && UInt128.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new PeerId(value)
            : null;

    /// <summary>Where it can be reached through an interface, and without a router: an address elsewhere is nobody's word to give.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints(IEnumerable<IPAddress> addresses, LanInterface through) =>
        Service is not { Record.Port: > 0 and var port } ? [] :
        [
            .. addresses.Where(through.Reaches).Take(EndPointsMax)
                .Select(address => new IPEndPoint(address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes(), through.Index) : address, port)),
        ];
}

/// <summary>A record and when it ends.</summary>
/// <param name="Record">The record.</param>
/// <param name="Expires">When it is good no more.</param>
sealed record Timed<T>(T Record, TimeSpan Expires);
