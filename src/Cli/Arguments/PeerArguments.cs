using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Haul.Engine.Policies;

namespace Haul.Cli.Arguments;

/// <summary>The options that say with which other agents contents are exchanged.</summary>
sealed class PeerArguments
{
    readonly Option<DownloadMode?> _mode = new("--download-mode")
    {
        HelpName = "MODE",
        Description = "Exchange contents with other agents: http-only (with none), lan (of the local network), group (of the group, wherever they are), internet (the same or, without a group, with any that has none), simple (with none, and no server but the origin is asked anything). Also as Windows' number: 0, 1, 2, 3, 99. Default: lan where the agent is of a group, else http-only.",
        CustomParser = Parsed.Struct<DownloadMode>(ModeOf, "is not a download mode: write http-only, lan, group, internet or simple"),
    };

    readonly Option<IPEndPoint?> _listen = new("--peer-listen")
    {
        HelpName = "ADDRESS[:PORT]",
        Description = "Take connections of other agents at this address. On a loopback address, only loopback is spoken with. Default: all addresses.",
        CustomParser = EndpointParser("is not an address: write 10.0.0.5, 10.0.0.5:7690 or [fd00::5]:7690"),
    };

    readonly Option<int?> _port = new("--peer-port")
    {
        HelpName = "PORT",
        Description = $"The TCP port for other agents; where it is taken, a free one. Default: {PeerPolicy.PortUsual}.",
        CustomParser = Parsed.Struct<int>(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port : null, "is not a port: write a number from 0 to 65535"),
    };

    readonly Option<IPEndPoint[]> _peers = new("--peer")
    {
        HelpName = "ADDRESS:PORT",
        Description = "Call this agent without having found it. May be given several times.",
        CustomParser = Parsed.ManyObjects<IPEndPoint>(text => IPEndPoint.TryParse(text, out var at) && at.Port != 0 ? at : null, "is not an address with a port: write 10.0.0.5:7690 or [fd00::5]:7690"),
    };

    readonly TrackerArguments _tracker = new();

    readonly Option<bool> _subnet = new("--same-subnet") { Description = "Exchange only with agents of the same subnet." };

    readonly Option<long?> _uploadRate = new("--upload-limit")
    {
        HelpName = "RATE",
        Description = "Send at most so many bytes a second to other agents: 10M, 500K. Default: no limit.",
        CustomParser = Parsed.Struct<long>(text => Quantity.Rate(text) is { } rate and > 0 ? rate : null, "is not a rate: write 500K, 10M or the like"),
    };

    readonly Option<bool> _credentialed = new("--share-credentialed") { Description = "Exchange also what was fetched with credentials or cookies. Others of the group can then have it without them." };

    readonly Option<bool> _versions = new("--share-versions")
    {
        Description = "Exchange within the group also what only its https URL and ETag name, where there is neither a digest nor a manifest: members are then believed, and checked by samples.",
    };

    readonly Option<TimeSpan?> _delayBackground = Delay("--delay-background", "background", "DODelayBackgroundDownloadFromHttp");

    readonly Option<TimeSpan?> _delayForeground = Delay("--delay-foreground", "foreground", "DODelayForegroundDownloadFromHttp");

    static Option<TimeSpan?> Delay(string name, string which, string policy) => new(name)
    {
        HelpName = "TIME",
        Description = $"Leave to slow peers for so much longer what they have of a {which} job's content, before the origin helps out: 30s, 5m (Windows: {policy}). Default: 0s.",
        CustomParser = Parsed.Struct<TimeSpan>(text => Quantity.Time(text) is { } time && time <= TimeSpan.FromDays(1) ? time : null, "is not a time of up to a day: write 30s, 5m or the like"),
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_mode, _listen, _port, _peers, .. _tracker.All, _subnet, _uploadRate, _credentialed, _versions, _delayBackground, _delayForeground];

    /// <summary>What is asked for and comes to nothing; or null.</summary>
    public string? Useless(ParseResult parse, PeerPolicy policy)
    {
        string? Given(params Option[] options) => options.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false })?.Name;

        if (policy.Tracker is null && Given(_tracker.Authorities, _tracker.Site) is { } alone)
            return $"{alone} is of no use without --tracker";
        if (policy.Mode is not (DownloadMode.HttpOnly or DownloadMode.Simple) || Given(_peers, _tracker.Address) is not { } lost)
            return null;
        var why = parse.GetValue(_mode) is null ? "the agent is in no group (haul group join), and no --download-mode is given" : "with this --download-mode";
        return $"{lost} is of no use: {why}, so it exchanges with nobody";
    }

    /// <summary>What they say.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="isOfGroup">The agent is of a group.</param>
    public PeerPolicy Of(ParseResult parse, bool isOfGroup)
    {
        var policy = new PeerPolicy
        {
            Mode = parse.GetValue(_mode) ?? (isOfGroup ? DownloadMode.Lan : DownloadMode.HttpOnly),
            Fixed = parse.GetValue(_peers) ?? [],
            Tracker = parse.GetValue(_tracker.Address),
            TrackerAuthorities = parse.GetValue(_tracker.Authorities),
            Site = parse.GetValue(_tracker.Site),
            SameSubnetOnly = parse.GetValue(_subnet),
            UploadBytesPerSecondMax = parse.GetValue(_uploadRate) ?? 0,
            SharesCredentialed = parse.GetValue(_credentialed),
            SharesVersions = parse.GetValue(_versions),
            DelayBackground = parse.GetValue(_delayBackground) ?? TimeSpan.Zero,
            DelayForeground = parse.GetValue(_delayForeground) ?? TimeSpan.Zero,
        };
        var address = parse.GetValue(_listen) ?? new IPEndPoint(policy.ListenAt.Address, 0);
        var port = parse.GetValue(_port) ?? (address.Port != 0 ? address.Port : PeerPolicy.PortUsual);
        return policy with { ListenAt = new IPEndPoint(address.Address, port) };
    }

    static DownloadMode? ModeOf(string text) => text.ToLowerInvariant() switch
    {
        "http-only" or "0" => DownloadMode.HttpOnly,
        "lan" or "1" => DownloadMode.Lan,
        "group" or "2" => DownloadMode.Group,
        "internet" or "3" => DownloadMode.Internet,
        "simple" or "99" => DownloadMode.Simple,
        _ => null,
    };

    static Func<ArgumentResult, IPEndPoint?> EndpointParser(string complaint)
    {
        var many = Parsed.ManyObjects<IPEndPoint>(text => IPEndPoint.TryParse(text, out var at) ? at : null, complaint);
        return result => many(result).FirstOrDefault();
    }
}
