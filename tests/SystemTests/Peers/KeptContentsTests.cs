using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>What an agent fetched is kept for others, over restarts, and never once it was changed.</summary>
public sealed class KeptContentsTests : IAsyncLifetime
{
    static readonly TestContent _content = new(71, 9_000_000);

    readonly TempDirectory _directory = new();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly FaultyOrigin _manifests = FaultyOrigin.Start();
    readonly PeerAgent _giver = new(FreePort.Next());
    readonly PeerAgent _taker;

    public KeptContentsTests() => _taker = new PeerAgent(FreePort.Next(), "--peer", _giver.Address);

    public async ValueTask InitializeAsync()
    {
        _origin.Serve("/file", _content);
        await _giver.JoinAsync(_directory.File("group.json"));
        await _taker.JoinAsync(_directory.File("group.json"));
        await _giver.StartAsync();
        await _taker.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _taker.DisposeAsync();
        await _giver.DisposeAsync();
        await _origin.DisposeAsync();
        await _manifests.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_content_is_given_after_a_restart_while_the_origin_is_gone(bool isKill)
    {
        await GetAsync(_giver, _giver.Target("file"));
        await _giver.ShelvedAsync(1);
        await _giver.EndAsync(isKill);
        await _giver.StartAsync();

        await TakeWithoutOriginAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_is_kept_is_not_fetched_again_by_its_own_agent(bool isRestarted, bool isManifest)
    {
        await GetAsync(_giver, _giver.Target("file"), isManifest);
        await _giver.ShelvedAsync(1);
        if (isRestarted)
        {
            await _giver.EndAsync(isKill: false);
            await _giver.StartAsync();
        }
        await _origin.GoDownAsync();

        await GetAsync(_giver, _giver.Target("again"), isManifest);

        Assert.Null(_content.FirstDifference(_giver.Target("again")));
        // And goes on being given to others.
        await TakeWithoutOriginAsync();
    }

    [Fact]
    public async Task What_was_kept_and_is_damaged_is_fetched_anew()
    {
        await GetAsync(_giver, _giver.Target("file"), isManifest: false);
        await _giver.ShelvedAsync(1);
        await ShellAsync($"touch -r '{_giver.Target("file")}' '{_directory.File("date")}'");
        using (var file = new FileStream(_giver.Target("file"), FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 3_000_000;
            file.WriteByte((byte)(_content.Bytes(3_000_000, 1)[0] + 1));
        }
        // As if the disk had done it: nothing shows but the bytes.
        await ShellAsync($"touch -r '{_directory.File("date")}' '{_giver.Target("file")}'");

        await GetAsync(_giver, _giver.Target("again"), isManifest: false);

        Assert.Null(_content.FirstDifference(_giver.Target("again")));
        Assert.InRange(_origin.Requests.Sum(request => request.BodyBytesSent) - _content.Length, 1, _content.Length / 2);
    }

    [Fact]
    public async Task A_content_is_given_although_the_user_deleted_the_file()
    {
        await GetAsync(_giver, _giver.Target("file"));
        await _giver.ShelvedAsync(1);
        File.Delete(_giver.Target("file"));
        await _giver.EndAsync(isKill: false);
        await _giver.StartAsync();

        await TakeWithoutOriginAsync();
    }

    [Theory]
    [InlineData("edited", false)]
    [InlineData("edited", true)]
    [InlineData("cut", false)]
    [InlineData("cut", true)]
    public async Task A_content_that_the_user_changed_is_given_to_nobody(string change, bool isRestarted)
    {
        await GetAsync(_giver, _giver.Target("file"));
        await _giver.ShelvedAsync(1);
        using (var file = new FileStream(_giver.Target("file"), FileMode.Open, FileAccess.ReadWrite))
        {
            if (change == "cut")
                file.SetLength(8_000_000);
            else
                file.WriteByte((byte)(_content.Bytes(0, 1)[0] + 1));
        }
        if (isRestarted)
        {
            await _giver.EndAsync(isKill: false);
            await _giver.StartAsync();
        }
        // Slow enough that a peer who has the content would be asked for it.
        _origin.Serve("/file", _content).Drips(4_000_000);

        await GetAsync(_taker, _taker.Target("file"));

        Assert.Null(_content.FirstDifference(_taker.Target("file")));
        await _giver.LoggedAsync("its file was changed");
        await _giver.ShelvedAsync(0);
        Assert.Empty(Directory.GetFiles(_giver.Shelf));
        Assert.True(_origin.Requests.Sum(request => request.BodyBytesSent) >= 2 * _content.Length, "The origin was to give all.");
    }

    [Fact]
    public async Task A_content_of_a_group_is_dropped_once_the_agent_left_it()
    {
        await GetAsync(_giver, _giver.Target("file"));
        await _giver.ShelvedAsync(1);
        await _giver.EndAsync(isKill: false);
        await _giver.RunAsync("group", "leave", "--state", _giver.State);
        await _giver.StartAsync();

        await _giver.LoggedAsync("under a group that this agent is not of");
        await _giver.ShelvedAsync(0);
        Assert.Null(_content.FirstDifference(_giver.Target("file")));
    }

    [Fact]
    public async Task A_program_that_is_kept_can_be_run()
    {
        File.Copy("/bin/bash", _directory.File("program"));
        using var authority = new TestAuthority();
        await using var nginx = await NginxOrigin.StartAsync(_directory.Path, authority);
        var target = _giver.Target("program");
        await _giver.GetAsync(new Uri(nginx.PlainRoot, "program").AbsoluteUri, "-o", target, "--sha256", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync("/bin/bash", TestContext.Current.CancellationToken))));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await using var run = await RunningProgram.RunAsync(target, "-c", "exit 7");

        Assert.Equal(7, await run.WaitForExitAsync());
        await _giver.ShelvedAsync(1);
    }

    [RootFact]
    public async Task A_content_of_another_file_system_is_copied()
    {
        using var volume = new MemoryVolume(kibibytes: 16_000);
        await GetAsync(_giver, volume.At("file"));
        await _giver.ShelvedAsync(1);
        await File.WriteAllTextAsync(volume.At("file"), "the copy does not care", TestContext.Current.CancellationToken);
        await _giver.EndAsync(isKill: false);
        await _giver.StartAsync();

        await TakeWithoutOriginAsync();
    }

    Task GetAsync(PeerAgent agent, string target, bool isManifest = true)
    {
        var check = _manifests.ServeHashes("/hashes", _content);
        string[] proof = isManifest ? ["--manifest", check.PiecesHashFileUrl, "--manifest-digest", $"sha256:{check.PiecesHashFileDigest}"] : [];
        return agent.GetAsync([_origin.UrlOf("/file").AbsoluteUri, "-o", target, "--sha256", _content.Sha256(), .. proof]);
    }

    static async Task ShellAsync(string line)
    {
        await using var shell = await RunningProgram.RunAsync("bash", "-c", line);
        Assert.Equal(0, await shell.WaitForExitAsync());
    }

    async Task TakeWithoutOriginAsync()
    {
        await _origin.GoDownAsync();
        var asked = _origin.Requests.Count;
        await GetAsync(_taker, _taker.Target("file"));
        Assert.Null(_content.FirstDifference(_taker.Target("file")));
        Assert.Equal(asked, _origin.Requests.Count);
    }
}
