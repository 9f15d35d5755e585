using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Haul.Agent;
using Haul.Cli.Arguments;
using Haul.Tracker;
using Haul.Tracker.Addresses;

namespace Haul.Cli.Commands;

/// <summary>haul tracker: tells agents of each other, in the foreground.</summary>
sealed class TrackerCommand
{
    const string RedisPassword = "HAUL_REDIS_PASSWORD";

    readonly Option<ListenAddress[]> _listen = new("--listen")
    {
        HelpName = "URL",
        Description = $"Listen on https://ADDRESS:PORT, or without TLS on http://ADDRESS:PORT; * is every address. May be repeated. Default: https://*:{ListenAddress.UsualPort}.",
        CustomParser = Parsed.ManyObjects<ListenAddress>(ListenAddress.Parse, "is not of the form https://ADDRESS:PORT or http://ADDRESS:PORT, with an IP address, localhost or * for ADDRESS"),
    };

    readonly Option<string?> _certificate = new("--certificate") { HelpName = "PEM", Description = "The certificate for https, with those between it and its authority behind it. It is read again when the file changes, and at SIGHUP." };
    readonly Option<string?> _key = new("--key") { HelpName = "PEM", Description = "The certificate's private key." };
    readonly Option<string?> _groups = new("--groups") { HelpName = "FILE", Description = "Serve the groups of FILE: in each line a group's id, the SHA-256 of its token and, if you like, a name. It is read again when it changes, and at SIGHUP." };
    readonly Option<bool> _open = new("--open") { Description = "Serve agents without a group too, in the modes lan and internet." };

    readonly Option<string?> _redis = new("--redis") { HelpName = "HOST:PORT", Description = $"Share what agents say with other trackers over the Redis at HOST:PORT, so that all know the same; options follow behind commas, as StackExchange.Redis has them (ssl=true). Its password may stand in {RedisPassword}. Default: know what is said here." };

    readonly Option<TimeSpan?> _interval = new("--interval")
    {
        HelpName = "TIME",
        Description = "How often agents announce: 5s to 1h. Default: 5m.",
        CustomParser = Parsed.Struct<TimeSpan>(
            text => Quantity.Time(text) is { } time && time >= TrackerLimits.IntervalMin && time <= TrackerLimits.IntervalMax ? time : null, "is not a time from 5s to 1h: write 30s, 5m or the like"),
    };

    readonly Option<IPNetwork[]> _proxies = new("--trusted-proxy")
    {
        HelpName = "ADDRESS",
        Description = "Believe the X-Forwarded-For of the proxy at ADDRESS, or of all in a network such as 10.0.0.0/8. May be repeated.",
        CustomParser = Parsed.Many<IPNetwork>(Network, "is neither an IP address nor a network such as 10.0.0.0/8"),
    };

    readonly Option<double?> _addressRate = new("--address-rate")
    {
        HelpName = "NUMBER",
        Description = string.Create(CultureInfo.InvariantCulture, $"Swarms that one remote address may announce each second. Raise it where more than ten thousand agents come from one address. Default: {new TrackerLimits().AddressSwarmsPerSecond}."),
        CustomParser = Rate(),
    };

    readonly Option<double?> _groupRate = new("--group-rate")
    {
        HelpName = "NUMBER",
        Description = string.Create(CultureInfo.InvariantCulture, $"Swarms that one group may announce each second. Default: {new TrackerLimits().GroupSwarmsPerSecond}."),
        CustomParser = Rate(),
    };

    readonly Option<bool> _loopback = new("--loopback") { Description = "Tell agents of this machine each other's loopback addresses, to try things out." };

    public Command Build()
    {
        var command = new Manual("tracker", "Run a tracker in the foreground.")
        {
            Synopsis = "--certificate PEM --key PEM [--groups FILE] [--open] [--redis HOST:PORT] [--listen URL]...",
            Details =
            [
                "Runs a tracker until SIGTERM or Ctrl+C: a server that tells agents of each other. Agents announce which contents they fetch or have, as hashes that say nothing to others, and learn who else does. The contents themselves never pass through it. It writes nothing down: after a restart agents announce again.",
                "It serves the groups of a list, each for itself, or with --open everyone. docs/tracker-api.md tells what agents and it say to each other, and what its numbers for Prometheus mean.",
            ],
            Examples =
            [
                ("For the groups of a list:", "haul tracker --certificate fullchain.pem --key privkey.pem --groups groups.list"),
                ("Try it without TLS on this machine alone:", $"haul tracker --listen http://127.0.0.1:{ListenAddress.UsualPort} --open --loopback"),
            ],
            Exits = [TrackerExit.CannotStart],
        };
        foreach (var option in new Option[] { _listen, _certificate, _key, _groups, _open, _redis, _interval, _proxies, _addressRate, _groupRate, _loopback })
            command.Options.Add(option);
        command.Validators.Add(Check);
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    void Check(CommandResult result)
    {
        if (!result.GetValue(_open) && result.GetValue(_groups) is null)
            result.AddError("Neither --groups nor --open is given, so nobody would be served");
        // By its words: the value of an option that makes no sense cannot be asked for, and its own error is enough.
        var listens = result.GetResult(_listen)?.Tokens.Select(word => ListenAddress.Parse(word.Value)).ToList() ?? [ListenAddress.Usual];
        if (listens.Contains(null))
            return;
        if (listens.Any(listen => listen!.IsSecure))
        {
            if (result.GetValue(_certificate) is null || result.GetValue(_key) is null)
                result.AddError("https needs --certificate and --key; without TLS the tracker listens only where --listen http://... says so");
        }
        else if (result.GetValue(_certificate) is not null || result.GetValue(_key) is not null)
        {
            result.AddError("--certificate and --key are of use only with https");
        }
    }

    Task<int> RunAsync(ParseResult parse) => TrackerHost.RunAsync(OptionsOf(parse));

    TrackerOptions OptionsOf(ParseResult parse)
    {
        var usual = new TrackerLimits();
        var (address, group) = (parse.GetValue(_addressRate) ?? usual.AddressSwarmsPerSecond, parse.GetValue(_groupRate) ?? usual.GroupSwarmsPerSecond);
        return new TrackerOptions
        {
            Listens = ListensOf(parse.GetValue(_listen)),
            CertificatePath = parse.GetValue(_certificate),
            KeyPath = parse.GetValue(_key),
            GroupsPath = parse.GetValue(_groups),
            IsOpen = parse.GetValue(_open),
            Redis = parse.GetValue(_redis),
            RedisPassword = Environment.GetEnvironmentVariable(RedisPassword),
            Interval = parse.GetValue(_interval) ?? TrackerOptions.UsualInterval,
            Proxies = parse.GetValue(_proxies) ?? [],
            TellsLoopback = parse.GetValue(_loopback),
            Limits = usual with
            {
                AddressSwarmsPerSecond = address,
                AddressSwarmsBurst = address * (usual.AddressSwarmsBurst / usual.AddressSwarmsPerSecond),
                GroupSwarmsPerSecond = group,
                GroupSwarmsBurst = group * (usual.GroupSwarmsBurst / usual.GroupSwarmsPerSecond),
            },
            Log = LineLog.ToStandardError(),
            Ready = () => Systemd.Tell(Systemd.Ready),
        };
    }

    static ListenAddress[] ListensOf(ListenAddress[]? given) => given is { Length: > 0 } ? given : [ListenAddress.Usual];

    static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : null;

    static Func<ArgumentResult, double?> Rate() => Parsed.Struct<double>(
        text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 1 and <= 1e9 ? rate : null, "is not a number of at least 1");
}
