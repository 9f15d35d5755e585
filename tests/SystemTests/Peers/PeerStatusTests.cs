using System.Text.Json;
using Haul.Protocol.Api;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>What an agent tells of its peers.</summary>
public sealed class PeerStatusTests : IAsyncLifetime
{
    static readonly TestContent _content = new(72, 5_000_000);

    readonly TempDirectory _directory = new();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly FaultyOrigin _manifests = FaultyOrigin.Start();
    readonly PeerAgent _giver = new(FreePort.Next());
    readonly PeerAgent _taker;

    public PeerStatusTests() => _taker = new PeerAgent(FreePort.Next(), "--peer", _giver.Address);

    public async ValueTask InitializeAsync()
    {
        _origin.Serve("/file", _content);
        await (await _giver.JoinAsync(_directory.File("group.json"))).StartAsync();
        await (await _taker.JoinAsync(_directory.File("group.json"))).StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _taker.DisposeAsync();
        await _giver.DisposeAsync();
        await _origin.DisposeAsync();
        await _manifests.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_one_sent_the_other_took_and_the_sums_outlive_the_connection()
    {
        var check = _manifests.ServeHashes("/hashes", _content);
        foreach (var agent in new[] { _giver, _taker })
        {
            await agent.GetAsync(_origin.UrlOf("/file").AbsoluteUri, "-o", agent.Target("file"), "--sha256", _content.Sha256(), "--manifest", check.PiecesHashFileUrl, "--manifest-digest", $"sha256:{check.PiecesHashFileDigest}");
            if (agent == _giver)
                await _origin.GoDownAsync();
        }

        var taken = await StatusAsync(_taker);
        var sent = await StatusAsync(_giver);

        Assert.Equal(("lan", "office", _giver.Port), (sent.Mode, sent.Group, sent.ListenPort));
        var mine = Assert.Single(taken.Connections);
        Assert.Equal(("lan", _content.Length, 0L, 0L), (mine.Kind, mine.BytesTaken, mine.BytesWasted, mine.BytesSent));
        Assert.Equal((32, 1), (mine.Peer.Length, mine.SwarmsShared));
        var theirs = Assert.Single(sent.Connections);
        // Which of the two made the connection that stays follows from their ids.
        Assert.Equal((!mine.IsOutgoing, 0L, _content.Length), (theirs.IsOutgoing, theirs.BytesTaken, theirs.BytesSent));
        var text = await _taker.RunAsync("status", "--peers");
        Assert.Contains($"{mine.Peer[..8]}  {mine.Address}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(mine.Peer, text, StringComparison.Ordinal);

        await _giver.EndAsync(isKill: true);
        while ((taken = await StatusAsync(_taker)).Connections.Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.All(taken.Sums, sum => Assert.Equal("lan", sum.Kind));
        Assert.Equal((_content.Length, 0L), (taken.Sums.Sum(sum => sum.BytesTaken), taken.Sums.Sum(sum => sum.BytesSent)));
        Assert.Empty(taken.Banned);
    }

    [Fact]
    public async Task An_agent_that_met_nobody_says_so()
    {
        await using var alone = new PeerAgent(FreePort.Next(), "--same-subnet");
        await alone.StartAsync();

        var status = await StatusAsync(alone);

        Assert.Equal((null, 0, 0, 0), (status.Group, status.Connections.Count, status.Sums.Count, status.Banned.Count));
    }

    [Fact]
    public async Task It_is_shown_anew_until_interrupted()
    {
        await using var watch = _taker.Start("status", "--peers", "--watch", "--json");
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (watch.Output.Text.Split('\n').Count(line => line.Contains("\"mode\":\"lan\"", StringComparison.Ordinal)) < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        watch.Send(2);

        Assert.Equal(130, await watch.WaitForExitAsync());
    }

    static async Task<PeerStatus> StatusAsync(PeerAgent agent) =>
        JsonSerializer.Deserialize(await agent.RunAsync("status", "--peers", "--json"), ProtocolJson.Default.PeerStatus)!;
}
