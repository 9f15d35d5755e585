using Haul.Engine.Peers;
using Haul.Engine.Policies;

namespace Haul.SystemTests.Peers;

/// <summary>A hub that is attacked, and an honest one that it serves and that serves it meanwhile.</summary>
sealed class HostileRig : IAsyncDisposable
{
    /// <param name="transport">How members of the group speak.</param>
    /// <param name="policy">What the attacked one may do.</param>
    /// <param name="time">The clock of the attacked one.</param>
    public HostileRig(GroupTransport transport = GroupTransport.Tls, PeerPolicy? policy = null, TimeProvider? time = null)
    {
        Group = GroupKey.Make("office", transport);
        Victim = new HostileHub(Group, HostileHub.Contents.One, HostileHub.Contents.Other, policy, time);
        Honest = new HostileHub(Group, HostileHub.Contents.Other, HostileHub.Contents.One);
    }

    public GroupKey Group { get; }

    public HostileHub Victim { get; }

    public HostileHub Honest { get; }

    /// <summary>One who does wrong, in the swarm of what the victim has.</summary>
    public Task<HostilePeer> TakerAsync() => HostilePeer.JoinAsync(Victim, Victim.Given, Group);

    /// <summary>One who does wrong, in the swarm of what the victim wants.</summary>
    public Task<HostilePeer> GiverAsync() => HostilePeer.JoinAsync(Victim, Victim.Wanted, Group);

    /// <summary>Whatever goes on: the honest one gets everything from the victim, and the victim from it, and every byte is right.</summary>
    public async Task HonestPeersAreServedAsync()
    {
        Honest.Hub.Meet(Victim.At, Victim.Id);
        await Task.WhenAll(Honest.FetchAsync(Victim.Id, HostileHub.Contents.One), Victim.FetchAsync(Honest.Id, HostileHub.Contents.Other));
    }

    public async ValueTask DisposeAsync()
    {
        await Honest.DisposeAsync();
        await Victim.DisposeAsync();
    }
}
