namespace Haul.SystemTests.Peers;

/// <summary>Agents that fetch one content together: real processes, connections and files.</summary>
public sealed class SwarmTests : IAsyncLifetime
{
    const int Length = 9_500_000;
    SwarmRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await SwarmRig.StartAsync(Length);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_one_agent_has_another_gets_from_it_when_the_origin_has_it_no_more(bool isPlain)
    {
        var group = await _rig.GroupAsync("site", isPlain);
        var one = await _rig.AgentAsync("one", group);
        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetAsync(one)));
        var other = await _rig.AgentAsync("other", group, one.AsPeer);
        File.Delete(_rig.ContentPath);
        var before = _rig.OriginBytes;

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetAsync(other)));

        Assert.InRange(_rig.OriginBytes - before, 0, Length / 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_digest_and_a_size_are_enough_without_an_origin(bool isFileGone)
    {
        var group = await _rig.GroupAsync("site");
        var one = await _rig.AgentAsync("one", group);
        await _rig.GetAsync(one, "--sha256", _rig.Sha256);
        var other = await _rig.AgentAsync("other", group, one.AsPeer);
        File.Delete(_rig.ContentPath);
        // Where nobody listens at all, nothing can be asked either.
        var url = isFileGone ? _rig.Url : "http://127.0.0.1:9/content.bin";

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetFromAsync(other, url, "--sha256", _rig.Sha256, "--size", $"{Length}")));
    }

    [Fact]
    public async Task Two_that_begin_together_take_less_than_two_copies()
    {
        var group = await _rig.GroupAsync("site");
        var one = await _rig.AgentAsync("one", group);
        var other = await _rig.AgentAsync("other", group, one.AsPeer);

        var files = await Task.WhenAll(_rig.GetAsync(one, "--sha256", _rig.Sha256, "--limit-rate", "3M"), _rig.GetAsync(other, "--sha256", _rig.Sha256, "--limit-rate", "3M"));

        Assert.All(files, file => Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(file)));
        Assert.InRange(_rig.OriginBytes, Length, 2L * Length - 1_000_000);
    }

    [Fact]
    public async Task Of_an_open_content_those_who_know_its_manifest_get_it_from_each_other()
    {
        var one = await _rig.AgentAsync("one", null);
        await _rig.GetAsync(one);
        var other = await _rig.AgentAsync("other", null, one.AsPeer);
        File.Delete(_rig.ContentPath);

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetAsync(other)));
    }

    [Fact]
    public async Task Without_a_group_a_digest_alone_is_nothing_that_peers_could_prove()
    {
        var one = await _rig.AgentAsync("one", null);
        await _rig.GetAsync(one, "--sha256", _rig.Sha256);
        var other = await _rig.AgentAsync("other", null, one.AsPeer);
        File.Delete(_rig.ContentPath);

        Assert.Contains("404", await _rig.FailAsync(other, "--sha256", _rig.Sha256), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_group_gets_nothing()
    {
        var one = await _rig.AgentAsync("one", await _rig.GroupAsync("site"));
        await _rig.GetAsync(one);
        var stranger = await _rig.AgentAsync("stranger", await _rig.GroupAsync("elsewhere"), one.AsPeer);
        File.Delete(_rig.ContentPath);

        Assert.Contains("404", await _rig.FailAsync(stranger), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_fetched_with_credentials_is_given_to_nobody()
    {
        var group = await _rig.GroupAsync("site");
        var one = await _rig.AgentAsync("one", group);
        await _rig.GetAsync(one, "--sha256", _rig.Sha256, "-H", "Authorization: Bearer abc");
        var other = await _rig.AgentAsync("other", group, one.AsPeer);
        File.Delete(_rig.ContentPath);

        Assert.Contains("404", await _rig.FailAsync(other, "--sha256", _rig.Sha256), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_had_from_a_peer_is_given_on()
    {
        var group = await _rig.GroupAsync("site");
        var has = await _rig.AgentAsync("has", group);
        await _rig.GetAsync(has);
        var knows = await _rig.AgentAsync("knows", group, has.AsPeer);
        await _rig.GetAsync(knows);
        File.Delete(_rig.ContentPath);
        await has.Program.TerminateAsync();
        var third = await _rig.AgentAsync("third", group, knows.AsPeer);

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetAsync(third)));
    }
}
