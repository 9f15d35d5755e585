using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>Looks for other agents by multicast DNS, and knows them as long as they are there (RFC 6762). Pure.</summary>
/// <param name="self">Who is not looked for.</param>
/// <param name="isOther">True for the tag of a group that is surely not ours.</param>
/// <param name="random">When to ask.</param>
/// <param name="outbox">What comes of it.</param>
sealed class MdnsBrowser(PeerId self, Func<string, bool> isOther, Random random, LanOutbox outbox)
{
    /// <summary>Agents that are known at a time: who is on a link with more has peers enough.</summary>
    const int InstancesMax = 512;

    /// <summary>Known answers of one message: with them it has about 1200 bytes, and the next message goes on.</summary>
    const int KnownMax = 20;

    /// <summary>Instances that one message asks for.</summary>
    const int AskedMax = 8;

    /// <summary>The longest time between two questions to everyone (section 5.2).</summary>
    static readonly TimeSpan QueryWaitMax = TimeSpan.FromHours(1);

    /// <summary>A peer that says again where it is, and is there still, is told of again after this: it may have been given up meanwhile.</summary>
    static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    readonly Dictionary<int, Link> _links = [];
    readonly Dictionary<(int Lan, DnsName Name), SeenInstance> _seen = [];
    readonly SeenHosts _hosts = new();

    /// <summary>How many are known, on all interfaces.</summary>
    public int Count => _seen.Count;

    /// <summary>When there is something to do next.</summary>
    public TimeSpan? Due =>
        _links.Values.Select(link => (TimeSpan?)link.QueryAt).Concat(_seen.Values.SelectMany(one => new[] { one.Expires, one.AskAt, one.RenewAt })).Min();

    /// <summary>Asks on interfaces that are new or changed, and forgets what came through those that are gone.</summary>
    public void Change(IReadOnlyList<LanInterface> interfaces, TimeSpan now)
    {
        foreach (var gone in _links.Keys.Except(interfaces.Select(one => one.Index)).ToArray())
            _links.Remove(gone);
        foreach (var key in _seen.Keys.Where(key => !_links.ContainsKey(key.Lan)))
            _seen.Remove(key);
        foreach (var lan in interfaces)
        {
            if (!_links.TryGetValue(lan.Index, out var link) || !link.Lan.Equals(lan))
                _links[lan.Index] = new Link(lan, Soon(now));
        }
    }

    public void Hear(LanInterface lan, IPEndPoint from, DnsMessage message, TimeSpan now)
    {
        // Who answers from another port is no responder (section 6).
        if (!message.IsAnswer || from.Port != LanChannels.Presence.Port || !_links.ContainsKey(lan.Index))
            return;
        var touched = new HashSet<SeenInstance>();
        foreach (var record in message.Answers.Concat(message.Additionals).OrderBy(TurnOf))
        {
            var seen = record switch
            {
                PointerRecord pointer => Take(lan.Index, pointer, now),
                ServiceRecord or TextRecord => Take(lan.Index, record, now),
                AddressRecord address when _hosts.Take(lan.Index, address, now) =>
                    _seen.Values.FirstOrDefault(one => one.Lan == lan.Index && one.Service?.Record.Host.Equals(address.Name) == true),
                _ => null,
            };
            if (seen is not null)
                touched.Add(seen);
        }
        foreach (var one in touched)
            Tell(one, lan, now);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (var (key, one) in _seen)
        {
            if (one.Expires <= now)
                _seen.Remove(key);
            else if (one.RenewAt <= now && _links.TryGetValue(one.Lan, out var link))
                link.QueryAt = Min(link.QueryAt, Soon(now));
            one.Renewed(now);
        }
        _hosts.Keep([.. _seen.Values.Where(one => one.Service is not null).Select(one => (one.Lan, one.Service!.Record.Host))]);
        foreach (var link in _links.Values)
        {
            if (link.QueryAt <= now)
                Query(link, now);
            AskFor([.. _seen.Values.Where(one => one.Lan == link.Lan.Index && one.AskAt <= now).Take(AskedMax)], link, now);
        }
    }

    // Those that name come before those that are named.
    static int TurnOf(DnsRecord record) => record switch { PointerRecord => 0, ServiceRecord => 1, TextRecord => 2, _ => 3 };

    SeenInstance? Take(int lan, PointerRecord pointer, TimeSpan now)
    {
        if (!pointer.Name.Equals(PresenceRecords.Service) || !pointer.Target.Parent.Equals(PresenceRecords.Service))
            return null;
        if (!_seen.TryGetValue((lan, pointer.Target), out var seen))
        {
            if (pointer.TtlSeconds == 0 || _seen.Count >= InstancesMax)
                return null;
            _seen[(lan, pointer.Target)] = seen = new SeenInstance(lan, pointer.Target);
        }
        seen.Point(pointer.TtlSeconds, now);
        return seen;
    }

    SeenInstance? Take(int lan, DnsRecord record, TimeSpan now)
    {
        if (!_seen.TryGetValue((lan, record.Name), out var seen))
            return null;
        var expires = now + TimeSpan.FromSeconds(Math.Min(record.TtlSeconds, PresenceRecords.OtherTtlSeconds));
        if (record is TextRecord text)
            seen.Text = new Timed<TextRecord>(text, expires);
        if (record is ServiceRecord service)
        {
            seen.Service = new Timed<ServiceRecord>(service, expires);
            _hosts.Expect(lan, service.Host);
        }
        return seen;
    }

    void Tell(SeenInstance one, LanInterface lan, TimeSpan now)
    {
        var addresses = one.Service is { } service && service.Expires > now ? _hosts.Of(lan.Index, service.Record.Host, now).ToList() : [];
        if (addresses.Count > 0 && one.Text?.Expires > now)
            one.AskNoMore();
        else if (one.AskAt is null && one.Expires - now > TimeSpan.FromSeconds(1))
            one.AskSoon(Soon(now));
        var endPoints = one.EndPoints(addresses, lan);
        if (one.Expires - now <= TimeSpan.FromSeconds(1) || endPoints.Count == 0 || one.Id is not { } id || id == self || (one.Text!.Record.Find("g") is { } tag && isOther(tag)))
            return;
        if (one.Told is { } told && now - told.At < TellAgainAfter && told.EndPoints.SequenceEqual(endPoints))
            return;
        one.Told = (endPoints, now);
        outbox.Sightings.AddRange(endPoints.Select(endPoint => new LanSighting(new PeerSighting(id, endPoint, SightingOrigin.Lan), null)));
    }

    void Query(Link link, TimeSpan now)
    {
        var known = _seen.Values.Where(one => one.Lan == link.Lan.Index && one.IsFreshAt(now))
            .Select(one => new PointerRecord(PresenceRecords.Service, one.LeftAt(now), false, one.Name))
            .Chunk(KnownMax).ToList();
        for (var i = 0; i < Math.Max(1, known.Count); i++)
        {
            var message = new DnsMessage(0, false, i + 1 < known.Count, i == 0 ? [new DnsQuestion(PresenceRecords.Service, DnsType.Ptr)] : [], i < known.Count ? known[i] : [], [], []);
            outbox.SendToAll(LanChannels.Presence, link.Lan, DnsWriter.Write(message));
        }
        link.QueryAt = now + link.Wait;
        link.Wait = Min(link.Wait * 2, QueryWaitMax);
    }

    void AskFor(IReadOnlyList<SeenInstance> missing, Link link, TimeSpan now)
    {
        if (missing.Count == 0)
            return;
        var questions = new List<DnsQuestion>();
        foreach (var one in missing)
        {
            one.Asked(now);
            questions.Add(new DnsQuestion(one.Name, DnsType.Srv));
            questions.Add(new DnsQuestion(one.Name, DnsType.Txt));
            if (one.Service is { } service)
                questions.AddRange(new DnsQuestion(service.Record.Host, DnsType.A), new DnsQuestion(service.Record.Host, DnsType.Aaaa));
        }
        outbox.SendToAll(LanChannels.Presence, link.Lan, DnsWriter.Write(DnsMessage.Question(questions)));
    }

    // Many that begin at once do not ask at once (section 5.2).
    TimeSpan Soon(TimeSpan now) => now + TimeSpan.FromMilliseconds(random.Next(20, 121));

    static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>When one interface is asked.</summary>
    sealed class Link(LanInterface lan, TimeSpan queryAt)
    {
        public LanInterface Lan => lan;

        public TimeSpan QueryAt { get; set; } = queryAt;

        public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(1);
    }
}
