using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>The local networks as the system has them.</summary>
/// <remarks>
/// For each channel and version of IP there is one socket that listens, and where the channel sends from a port of its own, one that sends;
/// an interface joins and leaves. A socket that failed is closed, and opened anew with the next look at the interfaces: when the system says
/// that they changed, and every <see cref="LookEvery"/>, since not every change is told.
/// </remarks>
/// <param name="time">When to look.</param>
/// <param name="onLoopback">The loopback interface and no other.</param>
sealed class SystemMulticast(TimeProvider time, bool onLoopback = false) : IMulticast
{
    /// <summary>How long a change may go unseen of which the system said nothing.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    /// <summary>An address may be told before its interface is up: so after a change there is a second look.</summary>
    static readonly TimeSpan Settles = TimeSpan.FromSeconds(1);

    static readonly AddressFamily[] _families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    readonly Mailbox<bool> _looks = new();
    readonly List<string> _failing = [];

    // Replaced whole by the one loop that opens and closes; read by whoever sends.
    volatile IReadOnlyList<MulticastSocket> _sockets = [];
    IReadOnlyList<LanInterface>? _interfaces;

    public async Task RunAsync(IReadOnlyList<MulticastChannel> channels, Action<LanEvent> tell, CancellationToken cancel)
    {
        using var clock = time.CreateTimer(_ => _looks.Post(true), null, TimeSpan.Zero, LookEvery);
        void LookNow(object? sender, EventArgs e)
        {
            _looks.Post(true);
            clock.Change(Settles, LookEvery);
        }

        NetworkChange.NetworkAddressChanged += LookNow;
        using var ending = cancel.UnsafeRegister(_ => _looks.Post(false), null);
        while (await _looks.WaitAsync() && TakeLooks())
            Look(channels, tell);
        NetworkChange.NetworkAddressChanged -= LookNow;
        await Task.WhenAll(_sockets.Select(socket => socket.CloseAsync()));
        _sockets = [];
    }

    public Failure? Send(MulticastChannel channel, int interfaceIndex, IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        foreach (var socket in _sockets)
        {
            if (socket.Sends(channel, to.AddressFamily))
                return socket.Send(interfaceIndex, to, bytes);
        }
        return new Failure(HResults.WININET_E_CANNOT_CONNECT, $"no socket is open for {to}; it is tried again within {LookEvery.TotalSeconds} seconds");
    }

    // One look does for all that were asked for meanwhile; false once the end was.
    bool TakeLooks()
    {
        var goesOn = true;
        while (_looks.TryTake(out var look))
            goesOn &= look;
        return goesOn;
    }

    void Look(IReadOnlyList<MulticastChannel> channels, Action<LanEvent> tell)
    {
        var interfaces = LanInterfaces.Read(onLoopback);
        var sockets = new List<MulticastSocket>(_sockets.Where(socket => !socket.IsBroken));
        var failures = new List<Failure>();
        foreach (var channel in channels)
        {
            foreach (var family in _families)
                Open(channel, family, interfaces, sockets, failures);
        }
        foreach (var socket in sockets)
            failures.AddRange(socket.Join(interfaces, tell));
        _sockets = sockets;
        if (_interfaces is null || !_interfaces.SequenceEqual(interfaces))
            tell(new LanChanged(_interfaces = interfaces));
        Tell(failures, tell);
    }

    static void Open(MulticastChannel channel, AddressFamily family, IReadOnlyList<LanInterface> interfaces, List<MulticastSocket> sockets, List<Failure> failures)
    {
        if (!interfaces.Any(one => one.Has(family)))
            return;
        foreach (var listens in channel.SendsFromPort ? [true] : new[] { true, false })
        {
            if (sockets.Any(socket => socket.Channel == channel && socket.Family == family && socket.Listens == listens))
                continue;
            var opened = MulticastSocket.Open(channel, family, listens);
            if (opened.Succeeded)
                sockets.Add(opened.Value);
            else
                failures.Add(opened.Failure);
        }
    }

    // What fails at every look is told once, until it worked.
    void Tell(List<Failure> failures, Action<LanEvent> tell)
    {
        foreach (var failure in failures.Where(one => !_failing.Contains(one.Text)))
            tell(new LanFailed(failure));
        _failing.Clear();
        _failing.AddRange(failures.Select(failure => failure.Text));
    }
}
