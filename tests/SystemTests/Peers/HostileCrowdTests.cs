using System.Net.Sockets;
using Haul.Engine.Peers;
using Haul.Engine.Policies;
using Haul.SystemTests.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Haul.SystemTests.Peers;

/// <summary>Many who connect only to take places away from others, and those who do not get in at all, over real connections.</summary>
public sealed class HostileCrowdTests : IAsyncLifetime
{
    const int LinksMax = 8;

    readonly FakeTimeProvider _time = new();
    readonly List<IDisposable> _sockets = [];
    readonly List<HostilePeer> _peers = [];
    readonly HostileRig _rig;

    public HostileCrowdTests() => _rig = new HostileRig(policy: new PeerPolicy { LinksMax = LinksMax }, time: _time);

    HostileHub Victim => _rig.Victim;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Connections_that_prove_nothing_keep_nobody_out(bool isOneAddress, bool isBegun)
    {
        var address = HostilePeer.NewAddress();
        for (var i = 0; i < 3 * PeerHubLimits.GreetingsMax; i++)
        {
            var socket = await HostilePeer.ConnectAsync(Victim.At, isOneAddress ? address : null);
            _sockets.Add(socket);
            if (isBegun)
                await socket.SendAsync(new byte[] { 0x16 }, Cancel);
        }

        // No time passes: nobody has to wait until the others are given up.
        await _rig.HonestPeersAreServedAsync();
    }

    [Fact]
    public async Task A_handshake_that_comes_byte_by_byte_is_given_up()
    {
        var socket = await HostilePeer.ConnectAsync(Victim.At);
        _sockets.Add(socket);
        byte[] hello = [0x16, 3, 1, 2, 0];
        foreach (var one in hello)
        {
            await socket.SendAsync(new[] { one }, Cancel);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await _rig.HonestPeersAreServedAsync();

        // The victim counts from when it took the connection up, which may be later than some of these seconds.
        var end = EndsAsync(socket);
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await HostileHub.PauseAsync(Cancel);
        }
        await end;
    }

    [Fact]
    public async Task Members_that_share_nothing_make_place_for_one_who_does()
    {
        for (var i = 0; i < LinksMax; i++)
            _peers.Add((await HostilePeer.GreetAsync(Victim.At, _rig.Group))!);
        while (Victim.Hub.Links.Count < LinksMax)
            await HostileHub.PauseAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(3));

        await _rig.HonestPeersAreServedAsync();

        Assert.InRange(Victim.Hub.Links.Count, 1, LinksMax);
    }

    [Fact]
    public async Task Members_that_only_sit_in_a_swarm_make_place_for_one_who_gives()
    {
        for (var i = 0; i < LinksMax; i++)
            _peers.Add(await _rig.GiverAsync());
        for (var passed = TimeSpan.Zero; passed <= PeerHubLimits.IdleAfter; passed += PeerHubLimits.TickInterval)
        {
            // They give all the signs of life that they are asked for.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            _time.Advance(PeerHubLimits.TickInterval);
        }
        Assert.Equal(LinksMax, Victim.Hub.Links.Count);

        await _rig.HonestPeersAreServedAsync();

        Assert.InRange(Victim.Hub.Links.Count, 1, LinksMax);
    }

    [Fact]
    public async Task Who_is_of_another_group_or_of_none_learns_nothing_but_a_key()
    {
        Assert.Null(await HostilePeer.GreetAsync(Victim.At, GroupKey.Make("other", GroupTransport.Tls)));
        Assert.Null(await HostilePeer.GreetAsync(Victim.At, GroupKey.Make("office", GroupTransport.Plain)));
        Assert.Null(await HostilePeer.GreetAsync(Victim.At, null));

        await _rig.HonestPeersAreServedAsync();
        Assert.Empty(Victim.Hub.Banned);
    }

    [Fact]
    public async Task What_speaks_no_Haul_is_hung_up_on()
    {
        foreach (var garbage in new[] { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\0", "SSH-2.0-x\r\n", "\u0016garbage that is no TLS at all, but begins as if it were some" })
        {
            var socket = await HostilePeer.ConnectAsync(Victim.At);
            _sockets.Add(socket);
            await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(garbage), Cancel);
            await EndsAsync(socket);
        }
        await _rig.HonestPeersAreServedAsync();
    }

    [Fact]
    public async Task One_bad_agent_is_not_the_fault_of_its_neighbours_and_three_are()
    {
        var address = HostilePeer.NewAddress();
        for (var i = 0; i < PeerHubLimits.OffendersPerAddressMax; i++)
        {
            var peer = await HostilePeer.JoinAsync(Victim, Victim.Wanted, _rig.Group, address);
            _peers.Add(peer);
            await peer.SendRawAsync(new byte[] { 0, 0, 0, 1, 99 });
            await Victim.BannedAsync(peer.Id);
        }

        Assert.Null(await HostilePeer.GreetAsync(Victim.At, _rig.Group, from: address));
        await _rig.HonestPeersAreServedAsync();
    }

    static async Task EndsAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        try
        {
            while (await socket.ReceiveAsync(new byte[4096], patience.Token) > 0)
            {
                // An alert of TLS, before the end.
            }
        }
        catch (SocketException)
        {
            // Hung up on while bytes of it were unread.
        }
    }
}
