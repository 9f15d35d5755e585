using System.Globalization;
using Haul.Protocol.Api;

namespace Haul.Cli.Output;

/// <summary>What the agent exchanges with peers, as lines for people.</summary>
static class PeerTable
{
    /// <summary>Digits of a peer's id that are shown: enough to tell a few thousand apart.</summary>
    const int IdDigits = 8;

    public static IEnumerable<string> Lines(PeerStatus status, DateTimeOffset now)
    {
        yield return $"Mode:       {status.Mode}{(status.Group is { } group ? $", group {group}" : "")}";
        yield return $"Listens:    {(status.ListenPort == 0 ? "no" : string.Create(CultureInfo.InvariantCulture, $"port {status.ListenPort}"))}";
        if (status.Tracker is { } tracker)
            yield return $"Tracker:    {tracker.Address}: {Said.Plain(Of(tracker, now))}";
        if (status.Connections.Count > 0)
            yield return Row("PEER", "ADDRESS", "KIND", "CALL", "TAKEN", "WASTE", "SENT", "TIME", "SWARMS");
        foreach (var each in status.Connections)
            yield return Row(each.Peer[..IdDigits], each.Address, each.Kind, Call(each.IsOutgoing), Said.Bytes(each.BytesTaken), Said.Bytes(each.BytesWasted), Said.Bytes(each.BytesSent), Said.Time(TimeSpan.FromSeconds(each.Seconds)), Number(each.SwarmsShared));
        foreach (var sum in status.Sums)
            yield return Row("all", Number(sum.Connections), sum.Kind, Call(sum.IsOutgoing), Said.Bytes(sum.BytesTaken), Said.Bytes(sum.BytesWasted), Said.Bytes(sum.BytesSent), "", "");
        foreach (var ban in status.Banned)
            yield return $"Refused:    {ban.Peer[..IdDigits]} at {ban.Address} until {ban.Until.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}: {Said.Plain(ban.Reason)}";
    }

    static string Of(TrackerStatus tracker, DateTimeOffset now)
    {
        var next = tracker.NextAt is { } at && at > now ? $"; next in {Said.Time(at - now)}" : "";
        return tracker.Failure is { } failure ? $"{failure}{next}"
            : tracker.AnsweredAt is { } answered ? string.Create(CultureInfo.InvariantCulture, $"answered {Said.Time(now - answered)} ago, swarms announced: {tracker.Swarms}{next}")
            : "nothing was announced yet";
    }

    static string Call(bool isOutgoing) => isOutgoing ? "out" : "in";

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Row(params string[] cells) =>
        $"{cells[0],-9} {cells[1],-22} {cells[2],-10} {cells[3],-4} {cells[4],10} {cells[5],10} {cells[6],10} {cells[7],8} {cells[8],6}".TrimEnd();
}
