using System.Net;
using System.Net.Sockets;
using Haul.Engine.Platform;

namespace Haul.Engine.Discovery;

/// <summary>The responder's dealings on one interface: it asks whether its names are free, says what it has to say, and then answers.</summary>
/// <remarks>
/// <code>
/// Start ─► probe ─250 ms─► probe ─250 ms─► probe ─250 ms─► announce ─1 s─► announce ─2 s─► announce ─► quiet
///   ▲                                                          ▲                                        │
///   └── another has the name ──────────────────────────────────┼────────────────────────────────────────┤
///                                                              └── an address or the tag changed ───────┘
/// </code>
/// </remarks>
sealed class MdnsLink(LanInterface lan, PresenceRecords records, Random random, LanOutbox outbox)
{
    const int Probes = 3;
    const int Announcements = 3;

    /// <summary>Between probes, and after the last (RFC 6762, section 8.1).</summary>
    static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Between the first two announcements; then twice as long (section 8.3).</summary>
    static readonly TimeSpan AnnounceAfter = TimeSpan.FromSeconds(1);

    readonly Dictionary<(AddressFamily, DnsRecord), TimeSpan> _said = [];
    readonly Dictionary<AddressFamily, PendingAnswer> _pending = [];
    int _step;
    TimeSpan? _due;

    /// <summary>The interface as it is now.</summary>
    public LanInterface Lan { get; private set; } = lan;

    /// <summary>True until nobody objected to the names.</summary>
    public bool IsProbing => !HasAnnounced;

    /// <summary>True once others may know of us here.</summary>
    public bool HasAnnounced { get; private set; }

    /// <summary>When there is something to do next; null for nothing.</summary>
    public TimeSpan? Due => _pending.Values.Select(one => (TimeSpan?)one.Due).Append(_due).Min();

    /// <summary>Begins with the first probe, after a wait.</summary>
    public void Start(TimeSpan at)
    {
        (_step, _due, HasAnnounced) = (0, at, false);
        _pending.Clear();
    }

    /// <summary>Says again what is true, since it changed.</summary>
    public void Change(LanInterface lan, TimeSpan now)
    {
        Lan = lan;
        if (!IsProbing)
            (_step, _due) = (Probes, now);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        while (_due <= now)
            Step(now);
        foreach (var (family, pending) in _pending)
        {
            if (pending.Due > now)
                continue;
            _pending.Remove(family);
            // Something may have changed meanwhile.
            SayTo(family, [.. pending.Records.Intersect(records.On(Lan))], now);
        }
    }

    /// <summary>Takes everything back.</summary>
    public void Leave()
    {
        if (HasAnnounced)
            outbox.SendToAll(LanChannels.Presence, Lan, DnsWriter.Write(DnsMessage.Answer([.. records.On(Lan).Select(record => record with { TtlSeconds = 0 })], [])));
        (HasAnnounced, _due) = (false, null);
    }

    /// <summary>Books an answer to everyone, for those who asked by one version of IP.</summary>
    /// <param name="answers">The records.</param>
    /// <param name="asker">Who asked.</param>
    /// <param name="isTruncated">The asker has more to say of what it knows.</param>
    /// <param name="isProbe">The asker wants our name for itself, and must hear of us before its next probe.</param>
    /// <param name="now">The time.</param>
    public void Answer(IEnumerable<DnsRecord> answers, IPEndPoint asker, bool isTruncated, bool isProbe, TimeSpan now)
    {
        var family = asker.AddressFamily;
        var silence = isProbe ? ProbeEvery : TimeSpan.FromSeconds(1);
        var due = answers.Where(record => now - LastSaid(family, record) >= silence).ToList();
        if (due.Count == 0)
            return;
        // What only we can say is said at once; where many may answer, all at different times (section 6).
        var wait = isTruncated ? random.Next(400, 501) : due.TrueForAll(record => record.IsWhole) ? 0 : random.Next(20, 121);
        var at = now + TimeSpan.FromMilliseconds(wait);
        if (!_pending.TryGetValue(family, out var pending))
            _pending[family] = pending = new PendingAnswer(asker, at);
        else if (at < pending.Due)
            pending.Due = at;
        pending.Records.UnionWith(due);
    }

    /// <summary>Takes out of an answer to come what its asker says that it knows.</summary>
    public void Know(IReadOnlyList<DnsRecord> known, IPEndPoint asker)
    {
        if (_pending.TryGetValue(asker.AddressFamily, out var pending) && pending.Asker.Equals(asker))
            pending.Records.RemoveWhere(record => IsKnown(record, known));
    }

    /// <summary>True when someone knows a record and will for a while: half of its time (section 7.1).</summary>
    public static bool IsKnown(DnsRecord record, IReadOnlyList<DnsRecord> known) =>
        known.Any(one => one.TtlSeconds >= record.TtlSeconds / 2 && one.SaysSameAs(record));

    /// <summary>When everyone was told a record last.</summary>
    public TimeSpan LastSaid(AddressFamily family, DnsRecord record) => _said.GetValueOrDefault((family, record), TimeSpan.MinValue / 2);

    void Step(TimeSpan now)
    {
        if (_step < Probes)
        {
            var questions = new DnsQuestion[] { new(records.Instance, DnsType.Any), new(records.Host, DnsType.Any) };
            var wanted = records.Own.Concat(records.AddressesOn(Lan)).Select(record => record with { IsWhole = false });
            outbox.SendToAll(LanChannels.Presence, Lan, DnsWriter.Write(DnsMessage.Question(questions) with { Authorities = [.. wanted] }));
            _due += ProbeEvery;
        }
        else
        {
            HasAnnounced = true;
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
                SayTo(family, records.On(Lan), now);
            var said = _step - Probes + 1;
            _due = said < Announcements ? _due + AnnounceAfter * said : null;
        }
        _step++;
    }

    void SayTo(AddressFamily family, IReadOnlyCollection<DnsRecord> answers, TimeSpan now)
    {
        if (answers.Count == 0 || !Lan.Has(family))
            return;
        var additionals = answers.SelectMany(record => records.Following(record, Lan)).Distinct().Except(answers);
        outbox.Sends.Add(new LanSend(LanChannels.Presence, Lan.Index, LanChannels.Presence.Group(family), DnsWriter.Write(DnsMessage.Answer([.. answers], [.. additionals]))));
        // What is no longer true need not be remembered.
        foreach (var old in _said.Keys.Except(records.On(Lan).Select(record => (family, record))).Where(key => key.Item1 == family).ToArray())
            _said.Remove(old);
        foreach (var record in answers)
            _said[(family, record)] = now;
    }

    /// <summary>An answer that waits for its time.</summary>
    sealed class PendingAnswer(IPEndPoint asker, TimeSpan due)
    {
        public IPEndPoint Asker => asker;

        public TimeSpan Due { get; set; } = due;

        public HashSet<DnsRecord> Records { get; } = [];
    }
}
