using System.Net.Sockets;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>Origins as the die makes them: good and bad ones, with contents that change and requests that go wrong until it is calm.</summary>
sealed class RandomOrigins
{
    readonly Random _die;
    readonly SimWorld _world;
    readonly List<SimContent> _contents = [];
    int _wishes;

    public RandomOrigins(SimWorld world)
    {
        (_world, _die) = (world, world.Die("origins"));
        world.Net.BytesPerSecond = _die.Magnitude(1 << 20, 100 << 20);
        world.Net.LumpSize = _die.Pick(32 << 10, 64 << 10, 256 << 10);
        for (var i = _die.Next(1, 4); i > 0; i--)
        {
            var host = world.Net.Add($"origin{i}.test", Manners());
            var faults = _die.Weighed((3, 0), (4, 10), (2, 40));
            var faulty = world.Die($"faults of {host.Name}");
            host.Faults = seen => IsCalm || !faulty.Percent(faults) ? null : Fault(faulty);
            for (var n = _die.Next(1, 4); n > 0; n--)
                _contents.Add(host.Serve($"file{n}.bin", Bytes(), SimScheduler.Epoch.AddSeconds(-_die.Next(100_000_000))));
        }
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsCalm { get; set; }

    /// <summary>Replaces one content by another version.</summary>
    public void ChangeOne()
    {
        var content = _die.Pick(_contents);
        // Often of the same length, which is the hardest to notice.
        var bytes = _die.Percent(60) ? SimContent.Bytes(_die.Next(), content.Now.Bytes.Length) : Bytes();
        content.Change(bytes, _world.Clock.GetUtcNow());
        _world.Trace.Say($"{content.Host.Name}/{content.Path} changes to version {content.Now.Number}");
    }

    public SimContent Content(Random die) => die.Pick(_contents);

    /// <summary>A file that a program may want, mostly one that can be had.</summary>
    public SimWish Wish(Random die)
    {
        var content = Content(die);
        var length = content.Now.Bytes.Length;
        var ranges = die.Percent(25) && length > 0 ? Ranges(die, length) : [];
        var right = SimWish.Digest(content.Now, ranges);
        return new SimWish(new AddFile
        {
            RemoteName = content.Url,
            LocalName = $"{SimVolume.Home}/wish{++_wishes}",
            Ranges = ranges,
            Digest = die.Weighed((50, null), (45, right), (5, right[..^1] + (right[^1] == '0' ? '1' : '0'))),
            FileSize = die.Weighed((70, ByteRange.UnknownSize), (25, (ulong)length), (5, (ulong)length + 1)),
            Http = die.Percent(80) ? null : new HttpOptions
            {
                ConnectionsMax = die.Next(0, 4),
                BytesPerSecondMax = die.Percent(50) ? 0 : die.Magnitude(100_000, 2_000_000),
            },
        }, content);
    }

    static List<ByteRange> Ranges(Random die, int length)
    {
        var ranges = new List<ByteRange>();
        var at = 0;
        for (var n = die.Next(1, 5); n > 0 && at < length; n--)
        {
            at += die.Percent(30) ? 0 : die.Next(Math.Max(1, length - at));
            var count = die.Next(1, length - at + 1);
            ranges.Add(new ByteRange((ulong)at, at + count == length && die.Percent(50) ? ByteRange.ToEndOfFile : (ulong)count));
            at += count;
        }
        if (die.Percent(3))
            ranges.Add(new ByteRange((ulong)length, 10));
        if (die.Percent(40))
            ranges.Reverse();
        return ranges;
    }

    HostManners Manners() => new()
    {
        Ranges = _die.Weighed((70, RangeManner.Served), (15, RangeManner.Ignored), (7, RangeManner.Misnumbered), (8, RangeManner.Refused)),
        Validators = _die.Weighed((40, ValidatorManner.ETag), (25, ValidatorManner.LastModified), (15, ValidatorManner.Both), (10, ValidatorManner.Weak), (10, ValidatorManner.None)),
        TellsLength = _die.Percent(85),
        KnowsIfRange = _die.Percent(85),
        BytesPerSecond = _die.Magnitude(50_000, 20_000_000),
        Latency = TimeSpan.FromMilliseconds(_die.Magnitude(1, 500)),
        ConnectionsMax = _die.Percent(20) ? _die.Next(1, 3) : int.MaxValue,
    };

    byte[] Bytes() => SimContent.Bytes(_die.Next(), _die.Weighed(
        (6, 0), (4, 1), (10, _die.Next(1, 100_000)), (4, (1 << 20) - 1), (4, 1 << 20), (4, (1 << 20) + 1), (30, _die.Next(2 << 20)), (38, _die.Next(2 << 20, 6 << 20))));

    static RequestFault Fault(Random die) => die.Weighed<Func<RequestFault>>(
        (40, () => new RequestFault { After = After(die), Body = BodyFault.Reset }),
        (10, () => new RequestFault { After = After(die), Body = BodyFault.Short }),
        (8, () => new RequestFault { After = After(die), Body = BodyFault.Stall }),
        (12, () => new RequestFault { Status = die.Pick(500, 502, 504), RetryAfter = die.Percent(20) ? TimeSpan.FromSeconds(die.Next(60)) : null }),
        (12, () => new RequestFault { Status = die.Pick(429, 503), RetryAfter = die.Percent(60) ? TimeSpan.FromSeconds(die.Next(120)) : null }),
        (10, () => new RequestFault { Connecting = die.Pick(SocketError.ConnectionRefused, SocketError.ConnectionReset, SocketError.TimedOut, SocketError.NetworkUnreachable) }),
        (4, () => new RequestFault { IsSilent = true }),
        (4, () => new RequestFault { Status = die.Pick(403, 404) }))();

    static long After(Random die) => die.Percent(30) ? die.Next(2) : die.Magnitude(1, 6 << 20);
}
