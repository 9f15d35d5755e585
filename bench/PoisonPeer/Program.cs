using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Haul.Engine.Discovery;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;

namespace Haul.Bench.PoisonPeer;

/// <summary>A member of a group that says it has a whole content, vouches for it, and gives false pieces to whoever asks.</summary>
/// <remarks>
/// It is told by its environment, as bench/poison does: PEER_PORT, GROUP (the group's file) and CONTENT (the true bytes); with PEER_ADDRESS on
/// that address alone. It speaks the protocol as an honest agent does, so that nothing but its bytes gives it away. Ended by a signal.
/// </remarks>
static class Program
{
    static async Task<int> Main()
    {
        var group = GroupFile.Read(Word("GROUP"));
        if (!group.Succeeded)
        {
            await Console.Error.WriteLineAsync(group.Failure.Text);
            return 2;
        }
        using var own = PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var file = new LentFile(new FalseFile(File.OpenHandle(Word("CONTENT"))));
        var seat = await SeatAsync(group.Value, file);
        foreach (var hashes in FalseHashes(seat.Layout, file.File).Chunk(PeerLimits.AttestedPiecesMax))
            seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, hashes, own, group.Value));

        var at = new IPEndPoint(Environment.GetEnvironmentVariable("PEER_ADDRESS") is { } address ? IPAddress.Parse(address) : IPAddress.IPv6Any, int.Parse(Word("PEER_PORT"), CultureInfo.InvariantCulture));
        var isLoopback = IPAddress.IsLoopback(at.Address);
        var policy = new Policy { Peers = new PeerPolicy { Mode = DownloadMode.Lan, ListenAt = at } };
        var hub = new PeerHub(new PeerHubTools(new SocketNetwork(TimeProvider.System), own, group.Value, () => policy, TimeProvider.System)
        {
            OwnAddresses = new OwnAddresses(TimeProvider.System, isLoopback).Read,
        });
        if (hub.Listen(at) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure.Text);
            return 2;
        }
        var discovery = new LanDiscovery(new SystemMulticast(TimeProvider.System, isLoopback), TimeProvider.System, new Random(at.Port), own.Id, hub.Port, sighting => hub.Meet(sighting.Peer.Address, sighting.Peer.Id))
        {
            Blind = (swarm, epoch) => group.Value.BlindedOf(swarm, epoch),
            GroupTag = group.Value.TagOf,
        };
        hub.Take(seat);
        discovery.Want(seat.Swarm, isComplete: true);
        Console.WriteLine($"gives false pieces of {Word("CONTENT")} at {at}");
        await Task.WhenAll(hub.RunAsync(CancellationToken.None), discovery.RunAsync(CancellationToken.None));
        return 0;
    }

    static async Task<SwarmSeat> SeatAsync(GroupKey group, LentFile file)
    {
        await using var content = File.OpenRead(Word("CONTENT"));
        var id = new ContentId(ContentIdKind.Whole, PieceHash.Read(await SHA256.HashDataAsync(content)), content.Length);
        var swarm = group.SwarmOf(id);
        var seat = new SwarmSeat(swarm, new PieceLayout(content.Length), file.Lend) { Group = group, Blinded = epoch => group.BlindedOf(swarm, epoch) };
        seat.AddAll();
        return seat;
    }

    static IEnumerable<AttestedPiece> FalseHashes(PieceLayout layout, IDiskFile file)
    {
        for (var i = 0; i < layout.Count; i++)
        {
            var bytes = new byte[layout.LengthOf(new PieceIndex(i))];
            if (file.Read(layout.OffsetOf(new PieceIndex(i)), bytes) is { } failure)
                throw new IOException(failure.Text);
            yield return new AttestedPiece(new PieceIndex(i), PieceHash.Read(SHA256.HashData(bytes)));
        }
    }

    static string Word(string name) => Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set: see bench/poison.");
}
