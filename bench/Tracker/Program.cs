using System.Globalization;
using Haul.Bench.Tracker;

// What bench/tracker needs besides wrk: a server that does nothing, and a client that fills a tracker.
switch (args)
{
    case ["empty", var port, var bytes]:
        await EmptyEndpoint.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(bytes, CultureInfo.InvariantCulture));
        return 0;
    case ["fill", var port, var peers, var swarms, var authorization]:
        return await Filling.RunAsync(
            int.Parse(port, CultureInfo.InvariantCulture), int.Parse(peers, CultureInfo.InvariantCulture), int.Parse(swarms, CultureInfo.InvariantCulture), authorization);
    default:
        Console.Error.WriteLine("usage: haul-tracker-bench empty PORT BYTES | fill PORT PEERS SWARMS AUTHORIZATION");
        return 2;
}
