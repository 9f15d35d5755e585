using Haul.Bench.Calls;
using Haul.Client;

// What a program sees of a running agent (HAUL_SOCKET): each line of output is a client's name and the seconds that one call took.
await using var haul = await HaulClient.ConnectAsync();
switch (args)
{
    case ["latency", var name, var count, var url, var folder]:
        await Latency.RunAsync(haul, name, int.Parse(count), url, folder);
        return 0;
    case ["fill", var count, var url, var folder]:
        await Queue.FillAsync(haul, int.Parse(count), url, folder);
        return 0;
    case ["queue", var count, var url, var folder]:
        await Queue.MeasureAsync(haul, int.Parse(count), url, folder);
        return 0;
    default:
        Console.Error.WriteLine("usage: haul-calls latency NAME COUNT URL FOLDER | fill JOBS URL FOLDER | queue COUNT URL FOLDER");
        return 2;
}
