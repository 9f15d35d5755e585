using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>One who stands between two agents, and says again what it has heard.</summary>
public sealed class HostileReplayTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_to_an_agent_opens_nothing_when_it_is_said_again(bool isTls)
    {
        await using var rig = new HostileRig(isTls ? GroupTransport.Tls : GroupTransport.Plain);
        await using var between = new Recorder(rig.Victim.At);
        rig.Honest.Hub.Meet(between.At, rig.Victim.Id);
        await rig.Honest.FetchAsync(rig.Victim.Id, HostileHub.Contents.One);
        var said = between.Said;
        Assert.InRange(said.Length, 300, int.MaxValue);

        using var again = await HostilePeer.ConnectAsync(rig.Victim.At);
        await again.SendAsync(said, Cancel);
        var answer = await ReadToEndAsync(again);

        // The first answer has a new nonce in it, so nothing of what follows fits: at most a HELLO, or the first flight of TLS, comes back.
        Assert.InRange(answer, 0, isTls ? 4096 : 200);
        Assert.DoesNotContain(rig.Victim.Hub.Links, link => link.Remote.Address.Equals(((IPEndPoint)again.LocalEndPoint!).Address));
        await rig.HonestPeersAreServedAsync();
    }

    static async Task<int> ReadToEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        var (all, buffer) = (0, new byte[4096]);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var count)
                all += count;
        }
        catch (SocketException)
        {
            // Hung up on while bytes of it were unread.
        }
        return all;
    }

    /// <summary>Passes bytes on between whoever connects and an agent, and keeps those that went there.</summary>
    sealed class Recorder : IAsyncDisposable
    {
        readonly ConcurrentQueue<byte[]> _said = [];
        readonly ConcurrentQueue<Socket> _open = [];
        readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        readonly IPEndPoint _to;
        readonly Task _passing;

        public Recorder(IPEndPoint to)
        {
            _to = to;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _passing = PassAsync();
        }

        public IPEndPoint At => (IPEndPoint)_listener.LocalEndPoint!;

        public byte[] Said => [.. _said.SelectMany(bytes => bytes)];

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            foreach (var socket in _open)
                socket.Dispose();
            await _passing;
        }

        async Task PassAsync()
        {
            try
            {
                var near = await _listener.AcceptAsync(Cancel);
                var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _open.Enqueue(near);
                _open.Enqueue(far);
                await far.ConnectAsync(_to, Cancel);
                await Task.WhenAny(PassAsync(near, far, _said.Enqueue), PassAsync(far, near, static _ => { }));
            }
            catch (Exception e) when (SocketStream.IsBreak(e))
            {
                // It is over.
            }
        }

        static async Task PassAsync(Socket from, Socket to, Action<byte[]> note)
        {
            var buffer = new byte[64 << 10];
            try
            {
                while (await from.ReceiveAsync(buffer, Cancel) is > 0 and var count)
                {
                    note(buffer[..count]);
                    await to.SendAsync(buffer.AsMemory(0, count), Cancel);
                }
            }
            catch (Exception e) when (SocketStream.IsBreak(e))
            {
                // One side is gone, and so is the other.
            }
        }
    }
}
