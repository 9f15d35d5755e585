using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Discovery;

/// <summary>Agents that keep to the loopback interface find each other there, over the sockets of the system.</summary>
public sealed class LanLoopbackTests : IAsyncDisposable
{
    static int _numbers;

    readonly CancellationTokenSource _end = new();
    readonly List<Task> _running = [];

    // Other tests may run agents on this interface at the same time: each test has peers and swarms of its own.
    readonly uint _first = (uint)Environment.ProcessId * 1000 + (uint)Interlocked.Add(ref _numbers, 20);
    readonly SwarmId _swarm;

    public LanLoopbackTests() => _swarm = new SwarmId(new PieceHash(7, _first));

    [Fact]
    public async Task Three_find_each_other()
    {
        var peers = new[] { Start(1), Start(2), Start(3) };

        for (var number = 0; number < 3; number++)
        {
            foreach (var other in Enumerable.Range(1, 3).Where(other => other != number + 1))
                await peers[number].SeesAsync(Sighting(other, IPAddress.Loopback, null));
        }
    }

    [Fact]
    public async Task Who_wants_finds_who_has_and_is_found()
    {
        var (one, two) = (Start(1), Start(2));
        two.Agent.Want(_swarm, isComplete: true);

        one.Agent.Want(_swarm, isComplete: false);

        await one.SeesAsync(Sighting(2, IPAddress.Loopback, _swarm, asks: false));
        await two.SeesAsync(Sighting(1, IPAddress.Loopback, _swarm, asks: true));
    }

    [Fact]
    public async Task Another_program_at_port_5353_hears_what_we_hear()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        other.Bind(new IPEndPoint(IPAddress.Any, 5353));
        other.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(LanChannels.Presence.Group4, 1));

        var (one, _) = (Start(1), Start(2));

        await one.SeesAsync(Sighting(2, IPAddress.Loopback, null));
        var heard = await FirstAsync(other, message => message.IsAnswer && message.Answers.OfType<TextRecord>().Any(text => text.Find("id") == Id(2).ToString()));
        Assert.Contains(heard.Answers.OfType<ServiceRecord>(), service => service.Port == 7002);
    }

    [Fact]
    public async Task Whoever_asks_as_plain_DNS_does_is_answered_alone()
    {
        var (one, _) = (Start(1), Start(2));
        await one.SeesAsync(Sighting(2, IPAddress.Loopback, null));
        using var asker = Sender();
        var instance = PresenceRecords.Service.Child(Id(2).ToString());

        asker.SendTo(DnsWriter.Write(DnsMessage.Question(new DnsQuestion(instance, DnsType.Srv)) with { Id = 99 }), LanChannels.Presence.Group(AddressFamily.InterNetwork));

        var answer = await FirstAsync(asker, message => message.Id == 99);
        Assert.Equal(7002, Assert.IsType<ServiceRecord>(Assert.Single(answer.Answers)).Port);
    }

    [Fact]
    public async Task Garbage_by_the_ten_thousand_keeps_nobody_from_being_found()
    {
        var (one, two) = (Start(1), Start(2));
        await one.SeesAsync(Sighting(2, IPAddress.Loopback, null));
        using var sender = Sender();
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[random.Next(0, 1500)];
            random.NextBytes(bytes);
            if (i % 3 == 0)
                "HAULP1\u0001"u8[..Math.Min(7, bytes.Length)].CopyTo(bytes);
            sender.SendTo(bytes, (i % 2 == 0 ? LanChannels.Presence : LanChannels.Content).Group(AddressFamily.InterNetwork));
        }

        two.Agent.Want(_swarm, isComplete: true);
        one.Agent.Want(_swarm, isComplete: false);

        await one.SeesAsync(Sighting(2, IPAddress.Loopback, _swarm, asks: false));
        Assert.All(_running, task => Assert.False(task.IsCompleted));
    }

    [Fact]
    public async Task Who_is_gone_and_comes_back_is_found_again()
    {
        var one = Start(1);
        using (var stop = new CancellationTokenSource())
        {
            var two = StartUntil(2, stop);
            await one.SeesAsync(Sighting(2, IPAddress.Loopback, null));
            await two.SeesAsync(Sighting(1, IPAddress.Loopback, null));
            await stop.CancelAsync();
            await _running[^1];
        }
        one.Forget();

        Start(2);

        await one.SeesAsync(Sighting(2, IPAddress.Loopback, null));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running);
        _end.Dispose();
    }

    // Goes out through the loopback interface.
    static Socket Sender()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, BitConverter.ToInt32(IPAddress.Loopback.GetAddressBytes()));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    static async Task<DnsMessage> FirstAsync(Socket socket, Predicate<DnsMessage> isWanted)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        var bytes = new byte[9000];
        while (true)
        {
            var count = await socket.ReceiveAsync(bytes, patience.Token);
            if (DnsReader.Read(bytes.AsSpan(0, count)) is { } message && isWanted(message))
                return message;
        }
    }

    PeerId Id(int number) => new(_first + (uint)number);

    LanSighting Sighting(int number, IPAddress address, SwarmId? swarm, bool? asks = null) =>
        new(new PeerSighting(Id(number), new IPEndPoint(address, 7000 + number), SightingOrigin.Lan), swarm, asks);

    Watched Start(int number) => StartUntil(number, _end);

    Watched StartUntil(int number, CancellationTokenSource end)
    {
        var watched = new Watched(new SystemMulticast(TimeProvider.System, onLoopback: true), Id(number), number);
        _running.Add(watched.Agent.RunAsync(end.Token));
        return watched;
    }

    /// <summary>An agent with what it has seen.</summary>
    sealed class Watched
    {
        readonly ConcurrentQueue<LanSighting> _seen = new();
        readonly SemaphoreSlim _more = new(0);

        public Watched(IMulticast net, PeerId self, int number) => Agent = new LanDiscovery(net, TimeProvider.System, new Random(number), self, 7000 + number, Take)
        {
            Blind = (swarm, epoch) => (ulong)swarm.Value.Low * 1_000_003 + epoch,
        };

        public LanDiscovery Agent { get; }

        public void Forget() => _seen.Clear();

        public async Task SeesAsync(LanSighting wanted)
        {
            using var patience = new CancellationTokenSource(RunningProgram.Patience);
            while (!_seen.Contains(wanted))
            {
                try
                {
                    await _more.WaitAsync(patience.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"{wanted} was not seen; seen were:\n{string.Join('\n', _seen)}");
                }
            }
        }

        void Take(LanSighting sighting)
        {
            _seen.Enqueue(sighting);
            _more.Release();
        }
    }
}
