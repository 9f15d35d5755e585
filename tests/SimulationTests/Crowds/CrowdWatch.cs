using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.SimulationTests.Crowds;

/// <summary>Looks at a host after each of its acts, and at all when it is over: what must hold whatever happens.</summary>
sealed class CrowdWatch(Crowd crowd)
{
    /// <summary>Every so many acts of a crowd, everything known of one host is recomputed.</summary>
    const int FullEvery = 20;

    readonly SwarmRules _rules = crowd.Plan.Rules;
    int _acts;

    public void Look(CrowdHost host)
    {
        var state = host.Swarm.State;
        var now = crowd.Net.Time;
        var asked = 0;
        foreach (var peer in state.Peers)
        {
            asked += peer.Asked.Count;
            Hold(peer.Asked.Count <= _rules.RequestsPerPeerMax, host, $"{peer.Asked.Count} requests at one peer");
            foreach (var piece in peer.Asked.Keys)
                Hold(peer.Pieces.Contains(new PieceIndex(piece)), host, $"asks a peer for piece {piece}, which that has not");
            foreach (var claim in peer.Claims.Values)
                Hold(claim.Until > now && claim.Until <= now + _rules.Lease, host, "believes a claim beyond its lease");
        }
        Hold(asked <= 2 * _rules.RequestsMax, host, $"{asked} requests");
        Hold(host.Origin.Count <= _rules.OriginSlotsMax, host, $"{host.Origin.Count} fetches from the origin");
        Hold(_rules.MayFetch || host.Origin.Count == 0, host, "asks the origin although it may not");
        if (++_acts % FullEvery == 0)
            Recompute(host, state);
    }

    void Recompute(CrowdHost host, SwarmState state)
    {
        var (onTheWay, choice) = (new PieceSet(state.Layout.Count), new PieceSet(state.Layout.Count));
        foreach (var peer in state.Peers)
        {
            foreach (var piece in peer.Asked.Keys)
                onTheWay.Add(new PieceIndex(piece));
        }
        for (var i = 0; i < state.Layout.Count; i++)
        {
            var piece = new PieceIndex(i);
            var isHere = state.Have.Contains(piece);
            Hold(!isHere || !state.OnTheWay.Contains(piece), host, $"{piece} is here and on its way");
            Hold(!onTheWay.Contains(piece) || state.OnTheWay.Contains(piece), host, $"{piece} is asked of a peer, and wanted or here");
            var isComing = onTheWay.Contains(piece) || host.Origin.IsFetching(piece);
            Hold(!isComing || isHere || state.OnTheWay.Contains(piece), host, $"{piece} is coming, and wanted");
            Hold(isComing || !state.OnTheWay.Contains(piece) || host.InProof.Contains(piece), host, $"{piece} is on its way from nowhere");
            var holders = state.Peers.Count(peer => !peer.IsMute && peer.Pieces.Contains(piece));
            Hold(state.Choice.HoldersOf(piece) == holders, host, $"{piece} has {holders} holders, not {state.Choice.HoldersOf(piece)}");
            if (holders > 0 && !isHere && !state.OnTheWay.Contains(piece))
                choice.Add(piece);
            Hold(choice.Contains(piece) == state.Choice.Contains(piece), host, $"whether {piece} can be asked for is not known");
        }
        Hold(choice.Count == state.Choice.Count, host, "what can be asked for is counted wrongly");
    }

    /// <summary>Everyone has what there is: nothing is under way, and every byte is accounted for.</summary>
    public void LookAtEnd()
    {
        var bytes = 0.0;
        var liars = crowd.Plan.Faults.Liars;
        foreach (var host in crowd.Honest)
        {
            Recompute(host, host.Swarm.State);
            Hold(host.DoneAt is null || host.Origin.Count == 0 && host.InProof.Count == 0 && host.Swarm.Peers.All(peer => peer.Asked.Count == 0), host, "still waits for something");
            Hold(host.Uploads.Count == 0, host, $"still has {host.Uploads.Count} requests in line");
            Hold(Math.Abs(host.Counts.Came - host.Counts.Stored - host.Counts.Wasted) < 1000, host, $"got {host.Counts.Came:F0} bytes, stored {host.Counts.Stored:F0} and wasted {host.Counts.Wasted:F0}");
            Hold(host.DoneAt is null || (long)host.Counts.Stored == crowd.Layout.Length, host, $"stored {host.Counts.Stored:F0} bytes of {crowd.Layout.Length}");
            Hold(host.Counts.FalsePieces <= liars, host, $"took {host.Counts.FalsePieces} false pieces of {liars} liars");
            bytes += host.Counts.Stored;
        }
        Assert.True(crowd.OriginIsDead || crowd.Honest.All(host => host.DoneAt is not null), $"somebody lacks something");
        Assert.True(bytes > 0 || crowd.OriginIsDead, $"nobody has anything");
    }

    void Hold(bool isTrue, CrowdHost host, string what)
    {
        if (!isTrue)
            Assert.Fail($"{host} {what}, after {crowd.Net.Now:F3} s");
    }
}
