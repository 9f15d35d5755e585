using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>Where connections begin: calls an address, and greets whoever is there. Any thread.</summary>
/// <param name="tools">What the hub stands on.</param>
/// <param name="linkTools">What a connection stands on.</param>
/// <param name="links">The connections that stand: they number new ones.</param>
/// <param name="port">Where this agent takes connections itself.</param>
/// <param name="stop">All ends.</param>
sealed class PeerEntrance(PeerHubTools tools, PeerLinkTools linkTools, StandingLinks links, Func<ushort> port, CancellationToken stop)
{
    readonly FailedGreetings _failed = new(tools.Log, tools.Time);

    public PeerLinkTools LinkTools => linkTools;

    /// <summary>Calls an address; null where nobody suitable answers in time.</summary>
    /// <param name="at">Which.</param>
    /// <param name="suits">Whether a connection with that peer is wanted.</param>
    public async ValueTask<PeerLink?> CallAsync(IPEndPoint at, Func<PeerId, bool> suits)
    {
        using var patience = new CancellationTokenSource(PeerHubLimits.CallTimeout, tools.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            var (stream, _) = await tools.Network.ConnectAsync(at, both.Token);
            return stream is null ? null : await GreetAsync(stream, isInitiator: true, suits, static () => { }, stop);
        }
        catch (OperationCanceledException)
        {
            // It took too long, or all ends.
            return null;
        }
    }

    /// <summary>Greets who is there; null where it is nobody, or nobody suitable.</summary>
    /// <param name="stream">The connection; it is closed where nothing comes of it.</param>
    /// <param name="isInitiator">This agent called.</param>
    /// <param name="suits">Whether a connection with that peer is wanted.</param>
    /// <param name="heard">Told when the peer has said something.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<PeerLink?> GreetAsync(IPeerStream stream, bool isInitiator, Func<PeerId, bool> suits, Action heard, CancellationToken cancel)
    {
        var isKnown = false;
        var door = new PeerDoor(tools.Own, tools.Group, port(), tools.Time) { Number = isInitiator ? links.Number() : 0, Suits = peer => !(isKnown = !suits(peer)), Heard = heard };
        try
        {
            var (connection, failure) = await door.OpenAsync(stream, isInitiator, cancel);
            if (failure is not null && !isKnown)
                _failed.Note(failure);
            return connection is null ? null : new PeerLink(connection, isInitiator, linkTools);
        }
        catch (OperationCanceledException)
        {
            // It made place for another, or all ends.
            return null;
        }
    }
}
