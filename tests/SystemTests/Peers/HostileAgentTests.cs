using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>Real agents among those who do wrong: downloads end right, honest ones are served meanwhile, and memory stays what it was.</summary>
public sealed class HostileAgentTests : IAsyncLifetime
{
    static readonly TestContent _content = new(84, 12_500_000);

    readonly TempDirectory _directory = new();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly FaultyOrigin _manifests = FaultyOrigin.Start();
    readonly PeerAgent _agent = new(FreePort.Next());

    string GroupPath => _directory.File("group.json");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _origin.Serve("/file", _content);
        await (await _agent.JoinAsync(GroupPath)).StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _origin.DisposeAsync();
        await _manifests.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_idle_connections_keep_nobody_out_and_take_no_memory()
    {
        await GetAsync(_agent, isManifest: true);
        await _origin.GoDownAsync();
        var before = _agent.ResidentBytes;
        var sockets = new List<Socket>();
        try
        {
            var at = new IPEndPoint(IPAddress.Loopback, _agent.Port);
            for (var i = 0; i < CountOf(10_000); i++)
            {
                sockets.Add(await HostilePeer.ConnectAsync(at));
                // Every other begins to speak, and goes no further.
                if (i % 2 == 0)
                    await sockets[^1].SendAsync(new byte[] { 0x16, 3, 1 }, Cancel);
            }
            await using var honest = new PeerAgent(FreePort.Next(), "--peer", _agent.Address);
            await (await honest.JoinAsync(GroupPath)).StartAsync();

            await GetAsync(honest, isManifest: true);

            Assert.Null(_content.FirstDifference(honest.Target("file")));
            Assert.InRange(_agent.ResidentBytes - before, long.MinValue, 96 << 20);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_peer_whose_bytes_are_false_spoils_nothing(bool isManifest, bool isAttested)
    {
        // So slowly that the liar is asked for some, too.
        _origin.Serve("/file", _content).Drips(bytesPerSecond: 1_000_000);
        await using var liar = new Liar(GroupFile.Read(GroupPath).Value!, isAttested);
        await using var victim = new PeerAgent(FreePort.Next());
        await (await victim.JoinAsync(GroupPath)).StartAsync();
        await liar.MeetAsync(new IPEndPoint(IPAddress.Loopback, victim.Port));

        await GetAsync(victim, isManifest);

        Assert.Null(_content.FirstDifference(victim.Target("file")));
        var status = JsonSerializer.Deserialize(await victim.RunAsync("status", "--peers", "--json"), ProtocolJson.Default.PeerStatus)!;
        var (taken, wasted) = (status.Sums.Sum(sum => sum.BytesTaken), status.Sums.Sum(sum => sum.BytesWasted));
        // Where nothing proves a piece, it is not even asked for.
        Assert.True((isManifest || isAttested) == taken > 0, JsonSerializer.Serialize(status, ProtocolJson.Default.PeerStatus));
        if (taken == 0)
            return;
        // With hashes that are proved, the first false piece finds the liar out. With its own word for them only the whole does, and then what the origin gives.
        var banned = Assert.Single(status.Banned);
        Assert.Equal((HResults.DO_E_BAD_PIECE_HASH, liar.Id.ToString()), (banned.Code, banned.Peer));
        Assert.Contains(isManifest ? "sent false bytes for piece" : "attested a false hash of piece", banned.Reason, StringComparison.Ordinal);
        if (isManifest)
            Assert.InRange(wasted, 1, _content.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_reads_a_file_while_it_comes_reads_nothing_that_only_a_liar_vouches_for(bool isKilledFirst)
    {
        _origin.Serve("/file", _content).Drips(bytesPerSecond: 1_000_000);
        // Not so fast that all is over before anything is read.
        await using var liar = new Liar(GroupFile.Read(GroupPath).Value!, isAttested: true, bytesPerSecond: 4_000_000);
        await using var victim = new PeerAgent(FreePort.Next(), "--progress-interval", "50ms");
        await (await victim.JoinAsync(GroupPath)).StartAsync();
        await liar.MeetAsync(new IPEndPoint(IPAddress.Loopback, victim.Port));
        await using var client = await victim.ConnectAsync();
        var job = await client.CreateJobAsync(new CreateJob
        {
            DisplayName = "stream",
            Files = [new AddFile { RemoteName = _origin.UrlOf("/file").AbsoluteUri, LocalName = victim.Target("file"), IsToStream = true, Digest = $"sha256:{_content.Sha256()}" }],
            Resume = true,
        }, Cancel);

        if (isKilledFirst)
        {
            while ((await client.GetPeersAsync(Cancel)).Sums.Sum(sum => sum.BytesTaken) < _content.Length / 2)
                await HostileHub.PauseAsync(Cancel);
            // What can be gone on with is recorded every second.
            await Task.Delay(TimeSpan.FromSeconds(1.2), TimeProvider.System, Cancel);
            await victim.EndAsync(isKill: true);
            await liar.DisposeAsync();
            await victim.StartAsync();
        }
        await using var reader = RunningProgram.Start(
            "curl", "-q", "-sS", "--fail", "--unix-socket", victim.Socket, "-o", victim.Target("read"), $"http://agent/v1/jobs/{job.Id}/files/0/content");
        Assert.Equal(0, await reader.WaitForExitAsync());

        Assert.Null(_content.FirstDifference(victim.Target("read")));
        if (!isKilledFirst)
            Assert.True((await client.GetPeersAsync(Cancel)).Sums.Sum(sum => sum.BytesTaken) > 0, "The liar was asked for nothing");
    }

    /// <summary>As many connections as this process may have, with some to spare for all else that it does.</summary>
    static int CountOf(int wanted)
    {
        var line = File.ReadLines("/proc/self/limits").First(each => each.StartsWith("Max open files", StringComparison.Ordinal));
        var most = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(most, CultureInfo.InvariantCulture, out var limit) ? Math.Min(wanted, limit - 1000) : wanted;
    }

    async Task GetAsync(PeerAgent agent, bool isManifest)
    {
        var check = _manifests.ServeHashes("/hashes", _content);
        string[] proof = isManifest ? ["--manifest", check.PiecesHashFileUrl, "--manifest-digest", $"sha256:{check.PiecesHashFileDigest}"] : [];
        await agent.GetAsync([_origin.UrlOf("/file").AbsoluteUri, "-o", agent.Target("file"), "--sha256", _content.Sha256(), .. proof]);
    }

    /// <summary>A member with a complete content of which every piece is false.</summary>
    sealed class Liar : IAsyncDisposable
    {
        readonly PeerIdentity _identity = HostilePeer.NewIdentity();
        readonly CancellationTokenSource _stop = new();
        readonly GroupKey _group;
        readonly PeerHub _hub;
        readonly Task _running;

        public Liar(GroupKey group, bool isAttested, long bytesPerSecond = 0)
        {
            _group = group;
            var policy = new Policy { Peers = new PeerPolicy { Mode = DownloadMode.Lan, UploadBytesPerSecondMax = bytesPerSecond } };
            _hub = new PeerHub(new PeerHubTools(new SocketNetwork(TimeProvider.System), _identity, group, () => policy, TimeProvider.System));
            Assert.Null(_hub.Listen(new IPEndPoint(IPAddress.Loopback, 0)));
            _running = _hub.RunAsync(_stop.Token);
            var lies = new TestContent(85, _content.Length);
            var seat = HostileHub.SeatOf(HostileHub.WholeOf(_content), lies, group);
            seat.AddAll();
            if (isAttested)
                seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, HashesOf(lies), _identity, group));
            _hub.Take(seat);
        }

        public PeerId Id => _identity.Id;

        /// <summary>Calls an agent, which it would not do if it were not after something.</summary>
        public async Task MeetAsync(IPEndPoint agent)
        {
            _hub.Take(HostileHub.SeatOf(new TestContent(86, _content.Length), _group));
            _hub.Meet(agent, null);
            while (_hub.Links.Count == 0)
                await HostileHub.PauseAsync(Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            if (_stop.IsCancellationRequested)
                return;
            await _stop.CancelAsync();
            await _running;
            _identity.Dispose();
        }

        static AttestedPiece[] HashesOf(TestContent content)
        {
            var layout = new PieceLayout(content.Length);
            return [.. Enumerable.Range(0, layout.Count).Select(i => new PieceIndex(i)).Select(piece =>
                new AttestedPiece(piece, PieceHash.Read(SHA256.HashData(content.Bytes(layout.OffsetOf(piece), layout.LengthOf(piece))))))];
        }
    }
}
