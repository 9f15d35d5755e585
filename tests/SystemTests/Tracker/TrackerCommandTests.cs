using System.Globalization;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Tracker;

/// <summary>haul tracker, as administrators run it.</summary>
public sealed class TrackerCommandTests : IDisposable
{
    readonly TempDirectory _directory = new();
    readonly int _port = FreePort.Next();

    public void Dispose() => _directory.Dispose();

    static string Body => $$"""{"peer":"{{new string('b', 32)}}","port":7000,"swarms":[{"id":"{{new string('a', 64)}}","left":1,"mode":"lan"}]}""";

    static async Task<CliRun> RunAsync(params string[] arguments)
    {
        await using var haul = await RunningProgram.RunAsync(HaulProgram.Path, ["tracker", .. arguments]);
        return new CliRun(await haul.WaitForExitAsync(), haul.Errors.Text);
    }

    [Fact]
    public async Task It_answers_over_tls_and_ends_when_asked()
    {
        await PemAsync();
        await using var tracker = RunningProgram.Start(
            HaulProgram.Path, "tracker", "--listen", string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_port}"), "--certificate", _directory.File("cert.pem"), "--key", _directory.File("key.pem"), "--open");
        await tracker.WaitForLineAsync(tracker.Errors, line => line.Contains("answers at", StringComparison.Ordinal));

        await using var curl = await RunningProgram.RunAsync(
            "curl", "-q", "-sS", "--cacert", _directory.File("cert.pem"), "--data-binary", Body, string.Create(CultureInfo.InvariantCulture, $"https://localhost:{_port}/v1/announce"));

        Assert.Contains("\"incomplete\":1", curl.Output.Text, StringComparison.Ordinal);
        Assert.Equal(0, await tracker.TerminateAsync());
        Assert.Contains("Stopped", tracker.Errors.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hang_up_makes_it_read_its_list_of_groups()
    {
        await File.WriteAllTextAsync(_directory.File("groups"), TrackerRig.LineOf(TrackerRig.GroupId, "one") + "\n", TestContext.Current.CancellationToken);
        await using var tracker = RunningProgram.Start(
            HaulProgram.Path, "tracker", "--listen", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"), "--groups", _directory.File("groups"));
        await tracker.WaitForLineAsync(tracker.Errors, line => line.Contains("serves 1 groups", StringComparison.Ordinal));

        tracker.Send(1);

        await tracker.WaitForLineAsync(tracker.Errors, line => line.Contains("Read ", StringComparison.Ordinal) && line.Contains("1 groups", StringComparison.Ordinal));
        Assert.False(tracker.HasExited);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_of_a_listed_group_is_let_in_and_trusts_the_authority_that_it_was_given(bool isGiven)
    {
        await PemAsync();
        var (state, address) = (_directory.Subdirectory("state"), string.Create(CultureInfo.InvariantCulture, $"https://localhost:{_port}"));
        await using (var create = await RunningProgram.RunAsync(HaulProgram.Path, "group", "create", "office", "--state", state))
        await using (var show = await RunningProgram.RunAsync(HaulProgram.Path, "group", "show", "--tracker", "--state", state))
            await File.WriteAllTextAsync(_directory.File("groups"), show.Output.Text, TestContext.Current.CancellationToken);
        await using var tracker = RunningProgram.Start(
            HaulProgram.Path, "tracker", "--listen", address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), "--certificate", _directory.File("cert.pem"), "--key", _directory.File("key.pem"), "--groups", _directory.File("groups"));
        await tracker.WaitForLineAsync(tracker.Errors, line => line.Contains("serves 1 groups", StringComparison.Ordinal));

        await using var agent = RunningProgram.Start(
            HaulProgram.Path, ["agent", "--state", state, "--socket", _directory.File("s"), "--peer-listen", "127.0.0.1:0", "--tracker", address, .. isGiven ? ["--tracker-cacert", _directory.File("cert.pem")] : Array.Empty<string>()]);
        // It announces what it fetches, though nothing comes of it.
        await agent.WaitForLineAsync(agent.Errors, line => line.Contains("answers at", StringComparison.Ordinal));
        var setting = new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["HAUL_SOCKET"] = _directory.File("s") });
        await using var add = RunningProgram.Start(setting, HaulProgram.Path, "add", "http://127.0.0.1:9/x", "-o", _directory.File("x"), "--sha256", new string('a', 64), "--size", "2000000");
        Assert.Equal(0, await add.WaitForExitAsync());

        if (isGiven)
            await WaitForPeerAsync(address);
        else
            await agent.WaitForLineAsync(agent.Errors, line => line.Contains("cannot be reached", StringComparison.Ordinal) && line.Contains("certificate", StringComparison.Ordinal) && !line.Contains("inner exception", StringComparison.Ordinal));
    }

    async Task WaitForPeerAsync(string address)
    {
        for (var tries = 0; ; tries++)
        {
            Assert.True(tries < 300, "The tracker heard of no agent");
            await using var health = await RunningProgram.RunAsync("curl", "-q", "-sS", "--cacert", _directory.File("cert.pem"), $"{address}/v1/health");
            if (health.Output.Text.Contains("\"peers\":1", StringComparison.Ordinal))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task An_agent_that_exchanges_with_nobody_says_that_it_needs_no_tracker()
    {
        await using var agent = RunningProgram.Start(
            HaulProgram.Path, "agent", "--state", _directory.Subdirectory("state"), "--socket", _directory.File("s"), "--tracker", "https://localhost:1");

        await agent.WaitForLineAsync(agent.Errors, line => line.Contains("--tracker is of no use", StringComparison.Ordinal) && line.Contains("haul group join", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var run = await RunAsync("--listen", $"http://{other.LocalEndpoint}", "--open");

        Assert.Equal(73, run.Exit);
        Assert.Contains("end the other program", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody would be served")]
    [InlineData("https needs", "--open")]
    [InlineData("only with https", "--open", "--listen", "http://127.0.0.1:1", "--key", "k")]
    [InlineData("'nowhere'", "--open", "--listen", "nowhere")]
    [InlineData("'2h'", "--open", "--listen", "http://127.0.0.1:1", "--interval", "2h")]
    [InlineData("'1s'", "--open", "--listen", "http://127.0.0.1:1", "--interval", "1s")]
    [InlineData("'here'", "--open", "--listen", "http://127.0.0.1:1", "--trusted-proxy", "here")]
    public async Task What_makes_no_sense_is_a_usage_error(string text, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal(2, run.Exit);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cannot be read", "--listen", "http://127.0.0.1:0", "--groups", "/nonexistent/groups")]
    [InlineData("is of no use", "--listen", "https://127.0.0.1:0", "--open", "--certificate", "/nonexistent/c", "--key", "/nonexistent/k")]
    [InlineData("cannot listen", "--listen", "http://192.0.2.1:80", "--open")]
    [InlineData("Redis are not of the form", "--listen", "http://127.0.0.1:0", "--open", "--redis", "localhost,nonsense=1")]
    public async Task What_cannot_start_ends_with_73(string text, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal(73, run.Exit);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    async Task PemAsync()
    {
        await using var openssl = await RunningProgram.RunAsync(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", _directory.File("key.pem"), "-out", _directory.File("cert.pem"));
        Assert.Equal(0, await openssl.WaitForExitAsync());
    }

    /// <summary>What a run came to.</summary>
    sealed record CliRun(int Exit, string Error);
}
