namespace Haul.SystemTests.Peers;

/// <summary>Contents of which the caller says nothing but where they are: what their server says of them decides who may bring them.</summary>
public sealed class NamedContentTests : IAsyncLifetime
{
    /// <summary>Nine whole pieces: whichever is the sample, it takes its time.</summary>
    const int Length = 9 << 20;
    SwarmRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await SwarmRig.StartAsync(Length);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    string NamedUrl => $"{_rig.UrlAt("/named/")}?sha256={Convert.ToBase64String(Convert.FromHexString(_rig.Sha256))}";

    [Fact]
    public async Task With_a_digest_it_comes_from_members()
    {
        var (one, other) = await TwoAsync();
        await _rig.GetFromAsync(one, NamedUrl);
        var before = _rig.OriginBytes;

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetFromAsync(other, NamedUrl, "--limit-rate", "3M")));

        Assert.InRange(_rig.OriginBytes - before, 1, Length * 2 / 3);
    }

    [Fact]
    public async Task With_a_metalink_it_comes_from_members()
    {
        await _rig.DescribeAsync();
        var (one, other) = await TwoAsync();
        await _rig.GetFromAsync(one, _rig.UrlAt("/described/"));
        var before = _rig.OriginBytes;

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetFromAsync(other, _rig.UrlAt("/described/"), "--limit-rate", "3M")));

        Assert.InRange(_rig.OriginBytes - before, 1, Length * 2 / 3);
    }

    [Fact]
    public async Task A_metalink_that_nobody_asked_for_and_that_is_wrong_keeps_nobody_from_it()
    {
        await _rig.DescribeAsync();
        _rig.Forge();
        var (one, _) = await TwoAsync();

        Assert.Equal(SwarmRig.DigestOf(_rig.ContentPath), SwarmRig.DigestOf(await _rig.GetFromAsync(one, _rig.UrlAt("/described/"))));
    }

    [Fact]
    public async Task With_neither_it_comes_from_the_origin()
    {
        var (one, other) = await TwoAsync();
        await _rig.GetFromAsync(one, _rig.SecureUrl, "--cacert", _rig.AuthorityFile);
        var before = _rig.OriginBytes;

        await _rig.GetFromAsync(other, _rig.SecureUrl, "--cacert", _rig.AuthorityFile);

        Assert.InRange(_rig.OriginBytes - before, Length, 2 * Length);
    }

    [Fact]
    public async Task With_neither_it_comes_from_members_where_the_administrator_allows_that()
    {
        var (one, other) = await TwoAsync("--share-versions");
        await _rig.GetFromAsync(one, _rig.SecureUrl);
        var before = _rig.OriginBytes;

        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.GetFromAsync(other, _rig.SecureUrl, "--limit-rate", "3M")));

        // One of ten pieces is a sample, and some come from the origin before the other was found.
        Assert.InRange(_rig.OriginBytes - before, 1 << 20, Length * 2 / 3);
    }

    [Fact]
    public async Task A_caller_who_says_whose_certificates_count_names_no_version()
    {
        var (one, other) = await TwoAsync("--share-versions");
        await _rig.GetFromAsync(one, _rig.SecureUrl, "--cacert", _rig.AuthorityFile);
        var before = _rig.OriginBytes;

        await _rig.GetFromAsync(other, _rig.SecureUrl);

        Assert.InRange(_rig.OriginBytes - before, Length, 2 * Length);
    }

    [Fact]
    public async Task A_metalink_about_another_content_makes_nobody_a_liar()
    {
        await _rig.DescribeAsync();
        _rig.Forge();
        var now = SwarmRig.DigestOf(_rig.ContentPath);
        var (one, other) = await TwoAsync();
        await _rig.GetFromAsync(one, _rig.Url, "--sha256", now);
        var before = _rig.OriginBytes;

        Assert.Equal(now, SwarmRig.DigestOf(await _rig.GetFromAsync(other, _rig.UrlAt("/described/"), "--sha256", now, "--limit-rate", "3M")));

        Assert.InRange(_rig.OriginBytes - before, 1, Length * 2 / 3);
        Assert.DoesNotContain("Refused", await _rig.StatusAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_neither_what_members_brought_does_not_outlive_a_kill()
    {
        var (one, other) = await TwoAsync("--share-versions");
        await _rig.GetFromAsync(one, _rig.SecureUrl);
        await using (var getting = _rig.StartGetting(other, _rig.SecureUrl, "--limit-rate", "40K"))
        {
            while (await _rig.TakenAsync(other) < Length / 2)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            // What can be gone on with is recorded every second; the one sample takes 26 s.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
            await other.Program.KillAsync();
        }

        other = await _rig.AgentAgainAsync(other, [.. one.AsPeer, "--share-versions"]);
        Assert.Equal(_rig.Sha256, SwarmRig.DigestOf(await _rig.FinishAsync(other)));

        // Whose word it stood on was not known any more: it was taken again.
        Assert.InRange(await _rig.TakenAsync(other), Length / 2, Length);
    }

    [Fact]
    public async Task Asked_for_with_a_header_that_may_be_a_key_it_is_nobody_else_s()
    {
        var (one, other) = await TwoAsync();
        await _rig.GetFromAsync(one, NamedUrl, "-H", "X-Api-Key: abc");
        var before = _rig.OriginBytes;

        await _rig.GetFromAsync(other, NamedUrl);

        Assert.InRange(_rig.OriginBytes - before, Length, 2 * Length);
    }

    [Fact]
    public async Task Members_with_other_bytes_of_the_same_version_are_found_out()
    {
        var (one, other) = await TwoAsync("--share-versions");
        await _rig.GetFromAsync(one, _rig.SecureUrl);
        _rig.Forge();

        Assert.Equal(SwarmRig.DigestOf(_rig.ContentPath), SwarmRig.DigestOf(await _rig.GetFromAsync(other, _rig.SecureUrl)));
    }

    async Task<(SwarmAgent One, SwarmAgent Other)> TwoAsync(params string[] options)
    {
        var group = await _rig.GroupAsync("site");
        var one = await _rig.AgentAsync("one", group, options);
        return (one, await _rig.AgentAsync("other", group, [.. one.AsPeer, .. options]));
    }
}
