using System.Net;

namespace Haul.Engine.Discovery;

/// <summary>How many datagrams are acted upon: so many of each sender, and so many of all together.</summary>
/// <param name="eachPerSecond">Of one sender, in the long run.</param>
/// <param name="eachAtOnce">Of one sender, after a pause.</param>
/// <param name="allPerSecond">Of all senders, in the long run.</param>
/// <param name="allAtOnce">Of all senders, after a pause.</param>
sealed class AnswerGate(double eachPerSecond, int eachAtOnce, double allPerSecond, int allAtOnce)
{
    /// <summary>Senders that are told apart: more than hosts in a network of one link. Who makes up more addresses is not answered until others were quiet.</summary>
    const int SendersMax = 2048;

    readonly Dictionary<IPAddress, Allowance> _senders = [];
    Allowance _all = new(allAtOnce, TimeSpan.Zero);

    /// <summary>True when a datagram of this sender may be acted upon, which is booked.</summary>
    public bool Takes(IPAddress from, TimeSpan now)
    {
        if (!_senders.ContainsKey(from) && _senders.Count >= SendersMax)
            DropQuiet(now);
        if (!_senders.ContainsKey(from) && _senders.Count >= SendersMax)
            return false;
        var each = _senders.GetValueOrDefault(from, new Allowance(eachAtOnce, now)).At(now, eachPerSecond, eachAtOnce);
        var all = _all.At(now, allPerSecond, allAtOnce);
        var takes = each.Left >= 1 && all.Left >= 1;
        _senders[from] = takes ? each with { Left = each.Left - 1 } : each;
        _all = takes ? all with { Left = all.Left - 1 } : all;
        return takes;
    }

    // Whoever has all of its allowance again is as good as unknown.
    void DropQuiet(TimeSpan now)
    {
        foreach (var (from, allowance) in _senders)
        {
            if (allowance.At(now, eachPerSecond, eachAtOnce).Left >= eachAtOnce)
                _senders.Remove(from);
        }
    }

    readonly record struct Allowance(double Left, TimeSpan Since)
    {
        public Allowance At(TimeSpan now, double perSecond, double max) => new(Math.Min(max, Left + (now - Since).TotalSeconds * perSecond), now);
    }
}
