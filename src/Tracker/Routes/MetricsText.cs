using System.Globalization;
using System.Text;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Routes;

/// <summary>Counts as Prometheus reads them (text format 0.0.4).</summary>
static class MetricsText
{
    static readonly (AnnounceOutcome Outcome, string Label)[] _outcomes =
    [
        (AnnounceOutcome.Answered, "answered"), (AnnounceOutcome.Malformed, "malformed"), (AnnounceOutcome.Unauthorized, "unauthorized"),
        (AnnounceOutcome.Forbidden, "forbidden"), (AnnounceOutcome.Limited, "limited"),
    ];

    static readonly (PeerMode Mode, string Label)[] _modes = [(PeerMode.Lan, "lan"), (PeerMode.Group, "group"), (PeerMode.Internet, "internet")];

    /// <param name="counts">What was done.</param>
    /// <param name="register">Who is there.</param>
    /// <param name="stretch">How much longer than at rest intervals are.</param>
    public static string Of(TrackerCounts counts, ISwarmRegister register, double stretch)
    {
        var text = new StringBuilder();
        var size = register.Size;
        Single(text, "peers", "gauge", "Agents, each counted in every swarm it is in.", size.Peers);
        Single(text, "swarms", "gauge", "Swarms with at least one agent.", size.Swarms);
        Single(text, "alone", "gauge", "1 while the Redis that trackers share cannot be reached.", register.IsAlone ? 1 : 0);
        Head(text, "announces_total", "counter", "Announces, by what became of them.");
        foreach (var (outcome, label) in _outcomes)
            Line(text, "announces_total", $"outcome=\"{label}\"", counts.Announces(outcome));
        Single(text, "swarm_announces_total", "counter", "Swarms in answered announces.", counts.SwarmAnnounces);
        Single(text, "introductions_total", "counter", "Peers told to other peers.", counts.Introductions);
        Single(text, "turned_away_total", "counter", "Newcomers not recorded because the register was full.", counts.TurnedAway);
        Single(text, "interval_stretch", "gauge", "How many times longer than at rest intervals are.", stretch);
        ByMode(text, counts, "downloaded_bytes_total", "counter", "Bytes that agents have fetched, from anyone.", bytes => bytes.Downloaded);
        ByMode(text, counts, "uploaded_bytes_total", "counter", "Bytes that agents have given to peers.", bytes => bytes.Uploaded);
        ByMode(text, counts, "origin_bytes_total", "counter", "Bytes that agents have fetched from origins.", bytes => bytes.FromOrigin);
        ByMode(text, counts, "content_bytes_total", "counter", "Bytes of the contents in swarms, each content once.", bytes => bytes.Content);
        ByMode(text, counts, "copies", "gauge", "How often origins have given each content: origin bytes by content bytes.", bytes => bytes.Copies);
        return text.ToString();
    }

    static void ByMode(StringBuilder text, TrackerCounts counts, string name, string type, string help, Func<ModeBytes, double> value)
    {
        Head(text, name, type, help);
        foreach (var (mode, label) in _modes)
            Line(text, name, $"mode=\"{label}\"", value(counts.Bytes(mode)));
    }

    static void Single(StringBuilder text, string name, string type, string help, double value)
    {
        Head(text, name, type, help);
        Line(text, name, "", value);
    }

    static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP haul_tracker_{name} {help}\n# TYPE haul_tracker_{name} {type}\n");

    static void Line(StringBuilder text, string name, string label, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"haul_tracker_{name}{(label.Length == 0 ? "" : $"{{{label}}}")} {value:0.######}\n");
}
