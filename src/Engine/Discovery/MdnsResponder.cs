using System.Net;
using Haul.Engine.Platform;

namespace Haul.Engine.Discovery;

/// <summary>Says by multicast DNS that this agent is there, on every interface, and answers who asks (RFC 6762). Pure.</summary>
/// <remarks>Names are of the agent's id, so another has them only where a key was copied, or out of malice; then the next name is taken, slower and slower.</remarks>
sealed class MdnsResponder(PresenceRecords records, Random random, LanOutbox outbox)
{
    /// <summary>Conflicts after which each name is waited for (RFC 6762, section 8.1).</summary>
    const int ConflictsMax = 15;

    /// <summary>How long, from the same section.</summary>
    static readonly TimeSpan ConflictWait = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that whoever asks from another port may keep an answer (section 6.7).</summary>
    const uint LegacyTtlSeconds = 10;

    // An answer to one alone may be longer than its question; who is answered is on the link, and not often.
    readonly AnswerGate _gate = new(eachPerSecond: 2, eachAtOnce: 8, allPerSecond: 20, allAtOnce: 50);
    readonly Dictionary<int, MdnsLink> _links = [];
    int _conflicts;

    /// <summary>When there is something to do next.</summary>
    public TimeSpan? Due => _links.Values.Select(link => link.Due).Min();

    /// <summary>Begins on interfaces that are new, and says anew what changed on others.</summary>
    public void Change(IReadOnlyList<LanInterface> interfaces, TimeSpan now)
    {
        foreach (var gone in _links.Keys.Except(interfaces.Select(one => one.Index)).ToArray())
            _links.Remove(gone);
        foreach (var lan in interfaces)
        {
            if (!_links.TryGetValue(lan.Index, out var link))
                (_links[lan.Index] = new MdnsLink(lan, records, random, outbox)).Start(now + TimeSpan.FromMilliseconds(random.Next(0, 251)));
            else if (!link.Lan.Equals(lan))
                link.Change(lan, now);
        }
    }

    /// <summary>Says from now on that the agent is of another group, or the same on another day.</summary>
    public void Tag(string? tag, TimeSpan now)
    {
        if (records.Tag == tag)
            return;
        records.Tag = tag;
        foreach (var link in _links.Values)
            link.Change(link.Lan, now);
    }

    public void Hear(LanInterface lan, IPEndPoint from, DnsMessage message, TimeSpan now)
    {
        if (!_links.TryGetValue(lan.Index, out var link))
            return;
        if (message.IsAnswer)
            Defend(link, message, now);
        else if (link.IsProbing)
            Yield(link, message, now);
        else
            Answer(link, from, message, now);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (var link in _links.Values)
            link.Advance(now);
    }

    /// <summary>Takes back all that was said.</summary>
    public void Leave()
    {
        foreach (var link in _links.Values)
            link.Leave();
    }

    // Another answered for one of our names. While we asked for it, the name was taken; later, both ask again.
    void Defend(MdnsLink link, DnsMessage message, TimeSpan now)
    {
        if (!message.Answers.Any(record => record is ServiceRecord or AddressRecord && record.TtlSeconds > 0 && IsOfOurName(record) && !IsOurs(record)))
            return;
        var wait = ++_conflicts > ConflictsMax ? ConflictWait : TimeSpan.FromMilliseconds(random.Next(0, 251));
        if (!link.IsProbing)
        {
            link.Start(now + wait);
            return;
        }
        records.Rename();
        foreach (var one in _links.Values)
            one.Start(now + wait);
    }

    // Two ask for a name at the same time: who has the greater data goes on, the other waits and sees (section 8.2).
    void Yield(MdnsLink link, DnsMessage message, TimeSpan now)
    {
        foreach (var name in new[] { records.Instance, records.Host })
        {
            var theirs = message.Authorities.Where(record => record.Name.Equals(name)).ToList();
            var ours = records.Own.Concat(records.AddressesOn(link.Lan)).Where(record => record.Name.Equals(name));
            if (theirs.Exists(record => !IsOurs(record)) && Compare(ours, theirs) < 0)
                link.Start(now + TimeSpan.FromSeconds(1));
        }
    }

    void Answer(MdnsLink link, IPEndPoint from, DnsMessage message, TimeSpan now)
    {
        if (message.Questions.Count == 0)
        {
            link.Know(message.Answers, from);
            return;
        }
        var all = records.On(link.Lan);
        var isLegacy = from.Port != LanChannels.Presence.Port;
        var (toAll, toOne) = (new List<DnsRecord>(), new List<DnsRecord>());
        foreach (var record in all)
        {
            var asked = message.Questions.Where(question => question.Name.Equals(record.Name) && (question.Type == DnsType.Any || question.Type == record.Type)).ToList();
            if (asked.Count == 0 || MdnsLink.IsKnown(record, message.Answers))
                continue;
            // Those who would be told alone are, if all others were told not long ago (section 5.4).
            var alone = isLegacy || (asked.TrueForAll(question => question.WantsUnicast) && now - link.LastSaid(from.AddressFamily, record) < TimeSpan.FromSeconds(record.TtlSeconds / 4));
            (alone ? toOne : toAll).Add(record);
        }
        var isProbe = message.Authorities.Any(IsOfOurName);
        link.Answer(toAll, from, message.IsTruncated, isProbe, now);
        if (toOne.Count > 0 && _gate.Takes(from.Address, now))
            AnswerAlone(link, from, isLegacy ? message : null, toOne);
    }

    void AnswerAlone(MdnsLink link, IPEndPoint to, DnsMessage? legacy, List<DnsRecord> answers)
    {
        var additionals = answers.SelectMany(record => records.Following(record, link.Lan)).Distinct().Except(answers).ToList();
        var answer = legacy is null
            ? DnsMessage.Answer(answers, additionals)
            : DnsMessage.Answer([.. answers.Select(ForLegacy)], [.. additionals.Select(ForLegacy)]) with
            {
                Id = legacy.Id, Questions = [.. legacy.Questions.Where(question => answers.Exists(record => record.Name.Equals(question.Name)))],
            };
        outbox.Sends.Add(new LanSend(LanChannels.Presence, link.Lan.Index, to, DnsWriter.Write(answer)));
    }

    static DnsRecord ForLegacy(DnsRecord record) => record with { TtlSeconds = Math.Min(record.TtlSeconds, LegacyTtlSeconds), IsWhole = false };

    bool IsOfOurName(DnsRecord record) => record.Name.Equals(records.Instance) || record.Name.Equals(records.Host);

    // What we said ourselves comes back, and also through another interface to the same network.
    bool IsOurs(DnsRecord record) => _links.Values.Any(link => records.On(link.Lan).Any(record.SaysSameAs));

    static int Compare(IEnumerable<DnsRecord> ours, IEnumerable<DnsRecord> theirs)
    {
        var (left, right) = (Ordered(ours), Ordered(theirs));
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            var order = left[i].Type != right[i].Type ? left[i].Type.CompareTo(right[i].Type) : left[i].Bytes.AsSpan().SequenceCompareTo(right[i].Bytes);
            if (order != 0)
                return order;
        }
        return left.Count.CompareTo(right.Count);
    }

    static List<(DnsType Type, byte[] Bytes)> Ordered(IEnumerable<DnsRecord> records) =>
        [.. records.Select(record => (record.Type, Bytes: DnsWriter.DataOf(record))).OrderBy(one => one.Type).ThenBy(one => Convert.ToHexString(one.Bytes), StringComparer.Ordinal)];
}
