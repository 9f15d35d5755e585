using System.Security.Cryptography;
using System.Text.Json;
using Haul.Protocol.Api;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>A site on loopback: an nginx with a published file, and agents that may know each other.</summary>
sealed class SwarmRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly TestAuthority _authority = new();
    readonly List<RunningProgram> _programs = [];
    NginxOrigin _nginx = null!;
    string _key = "";

    public const string Name = "image.iso";

    public string Site => _directory.Subdirectory("site");

    public string ContentPath => Path.Combine(Site, Name);

    public string Url => UrlAt("/");

    /// <summary>The content at another place of the origin.</summary>
    public string UrlAt(string path) => new Uri(_nginx.PlainRoot, $"{path}{Name}").AbsoluteUri;

    /// <summary>The same by TLS.</summary>
    public string SecureUrl => new Uri(_nginx.SecureRoot, Name).AbsoluteUri;

    /// <summary>The certificate that the origin's is issued by.</summary>
    public string AuthorityFile => _authority.PemPath;

    public string Sha256 { get; private set; } = "";

    /// <summary>Bodies that the origin sent of the content, in bytes.</summary>
    public long OriginBytes => _nginx.Requests.Where(request => request.Path.Split('?')[0].EndsWith($"/{Name}", StringComparison.Ordinal)).Sum(request => request.BodyBytesSent);

    public static async Task<SwarmRig> StartAsync(int lengthBytes)
    {
        var rig = new SwarmRig();
        rig._nginx = await NginxOrigin.StartAsync(rig.Site, rig._authority);
        new TestContent(11, lengthBytes).WriteTo(rig.ContentPath);
        rig.Sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(rig.ContentPath)));
        rig._key = (await rig.RunAsync(null, "key", "create", rig._directory.File("publisher.key"))).Trim().Split('\n')[^1].Trim();
        await rig.RunAsync(null, "publish", rig.ContentPath, "--key", rig._directory.File("publisher.key"));
        return rig;
    }

    /// <summary>Other bytes take the place of the content, of the same length and date: to nginx, of the same version.</summary>
    public void Forge()
    {
        var (date, length) = (File.GetLastWriteTimeUtc(ContentPath), (int)new FileInfo(ContentPath).Length);
        new TestContent(12, length).WriteTo(ContentPath);
        File.SetLastWriteTimeUtc(ContentPath, date);
    }

    /// <summary>Makes a group's file.</summary>
    public async Task<string> GroupAsync(string name, bool isPlain = false)
    {
        var file = _directory.File($"{name}.group");
        await RunAsync(null, ["group", "create", name, "--out", file, .. isPlain ? ["--plain"] : Array.Empty<string>()]);
        return file;
    }

    /// <summary>Starts an agent.</summary>
    /// <param name="name">Its own.</param>
    /// <param name="group">The file of its group, or null.</param>
    /// <param name="options">Further options.</param>
    public async Task<SwarmAgent> AgentAsync(string name, string? group, params string[] options)
    {
        var agent = new SwarmAgent(_directory.Subdirectory(name), _directory.File($"{name}.sock"), FreePort.Next()) { Group = group };
        if (group is not null && !File.Exists(Path.Combine(agent.State, "group.json")))
            await RunAsync(null, "group", "join", group, "--state", agent.State);
        return await AgentAgainAsync(agent, options);
    }

    /// <summary>Starts an agent that was there before.</summary>
    public async Task<SwarmAgent> AgentAgainAsync(SwarmAgent agent, params string[] options)
    {
        agent.Program = RunningProgram.Start(SettingOf(null), HaulProgram.Path,
            ["agent", "--state", agent.State, "--socket", agent.Socket, "--peer-listen", $"127.0.0.1:{agent.Port}", .. agent.Group is null ? ["--download-mode", "lan"] : Array.Empty<string>(), .. options]);
        _programs.Add(agent.Program);
        await agent.Program.WaitForLineAsync(agent.Program.Errors, line => line.Contains("answers at", StringComparison.Ordinal));
        return agent;
    }

    /// <summary>Gets the content through an agent by its publisher's key; the path of the file.</summary>
    public async Task<string> GetAsync(SwarmAgent agent, params string[] options)
    {
        var target = _directory.File($"{Path.GetFileName(agent.State)}-{_programs.Count}.out");
        await RunAsync(agent, ["get", "-q", Url, "-o", target, "--overwrite", .. options.Length > 0 ? options : ["--publisher", _key]]);
        return target;
    }

    /// <summary>The same so slowly from the origin that peers have the time to bring it.</summary>
    public Task<string> GetSlowlyAsync(SwarmAgent agent) => GetAsync(agent, "--publisher", _key, "--limit-rate", "3M");

    /// <summary>Gets the content from another URL, with nothing else told of it; the path of the file.</summary>
    public async Task<string> GetFromAsync(SwarmAgent agent, string url, params string[] options)
    {
        await RunAsync(agent, ["get", "-q", url, "-o", TargetOf(agent), "--overwrite", .. options]);
        return TargetOf(agent);
    }

    /// <summary>Begins to get the content from another URL.</summary>
    public RunningProgram StartGetting(SwarmAgent agent, string url, params string[] options) =>
        RunningProgram.Start(SettingOf(agent), HaulProgram.Path, ["get", "-q", url, "-o", TargetOf(agent), "--overwrite", .. options]);

    /// <summary>Waits for the one job of an agent, begun in an earlier life, and has its file placed; the path of the file.</summary>
    public async Task<string> FinishAsync(SwarmAgent agent)
    {
        using var jobs = JsonDocument.Parse(await RunAsync(agent, "jobs", "--json"));
        var id = jobs.RootElement.GetProperty("id").GetString()!;
        await RunAsync(agent, "watch", id);
        await RunAsync(agent, "complete", id);
        return TargetOf(agent);
    }

    string TargetOf(SwarmAgent agent) => _directory.File($"{Path.GetFileName(agent.State)}.out");

    /// <summary>Bytes that an agent has had from peers since it started.</summary>
    public async Task<long> TakenAsync(SwarmAgent agent) =>
        JsonSerializer.Deserialize(await RunAsync(agent, "status", "--peers", "--json"), ProtocolJson.Default.PeerStatus)!.Sums.Sum(sum => sum.BytesTaken);

    /// <summary>What an agent says of its peers, in lines.</summary>
    public Task<string> StatusAsync(SwarmAgent agent) => RunAsync(agent, "status", "--peers");

    /// <summary>Writes the Metalink of the content beside it.</summary>
    public Task DescribeAsync() => RunAsync(null, "publish", ContentPath, "--key", _directory.File("publisher.key"), "--metalink", Url);

    /// <summary>Gets, and expects it to fail; what it says.</summary>
    public async Task<string> FailAsync(SwarmAgent agent, params string[] options)
    {
        await using var program = RunningProgram.Start(SettingOf(agent), HaulProgram.Path, ["get", "-q", Url, "-o", _directory.File("none.out"), .. options.Length > 0 ? options : ["--publisher", _key]]);
        Assert.NotEqual(0, await program.WaitForExitAsync());
        return program.Errors.Text;
    }

    public static string DigestOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    async Task<string> RunAsync(SwarmAgent? agent, params string[] arguments)
    {
        await using var program = RunningProgram.Start(SettingOf(agent), HaulProgram.Path, arguments);
        var exit = await program.WaitForExitAsync();
        Assert.True(exit == 0, $"haul {string.Join(' ', arguments)} ended with {exit}: {program.Errors.Text}");
        return program.Output.Text;
    }

    RunningProgram.Setting SettingOf(SwarmAgent? agent) => new(_directory.Path, Environment: new Dictionary<string, string?>
    {
        ["HOME"] = _directory.Path,
        ["XDG_STATE_HOME"] = _directory.Subdirectory("xdg"),
        ["HAUL_SOCKET"] = agent?.Socket ?? _directory.File("no.sock"),
        ["http_proxy"] = null,
        ["SSL_CERT_FILE"] = _authority.PemPath,
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        await _nginx.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }
}

/// <summary>An agent of a site.</summary>
/// <param name="State">Its state directory.</param>
/// <param name="Socket">Where it answers programs.</param>
/// <param name="Port">Where it takes connections of other agents.</param>
sealed record SwarmAgent(string State, string Socket, int Port)
{
    public RunningProgram Program { get; set; } = null!;

    /// <summary>The file of its group, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The option that tells another agent of it.</summary>
    public string[] AsPeer => ["--peer", $"127.0.0.1:{Port}"];
}
