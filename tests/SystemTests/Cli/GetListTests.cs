using System.Text.Json;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Cli;

/// <summary>Many files in one get, and its events as JSON.</summary>
public sealed class GetListTests : IAsyncDisposable
{
    readonly CliRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_list_names_urls_and_paths()
    {
        for (var i = 0; i < 3; i++)
            _rig.Origin.Serve($"/{i}", new TestContent(i, 10_000));
        File.WriteAllText(_rig.Target("list"), $"{_rig.Url("/0")}\n\n{_rig.Url("/1")}\tsub/one\n");

        var get = await _rig.RunAsync("get", "-i", "list", _rig.Url("/2"), "-d", "mirror");

        Assert.Equal(0, get.Exit);
        Assert.Equal(3, get.Out.Split('\n').Length);
        Assert.Equal(["0", "2", "sub/one"], Files("mirror"));
    }

    [Fact]
    public async Task A_list_may_come_through_a_pipe()
    {
        _rig.Origin.Serve("/0", new TestContent(0, 10_000));

        var get = await _rig.ShellAsync($"printf '%s\\n' {_rig.Url("/0")} | \"$HAUL\" get -i - -q");

        Assert.Equal(new CliResult(0, "", ""), get);
        Assert.True(File.Exists(_rig.Target("0")));
    }

    [Fact]
    public async Task A_list_cannot_write_outside_of_the_directory()
    {
        File.WriteAllText(_rig.Target("list"), $"{_rig.Url("/0")}\t../evil\n");

        var get = await _rig.RunAsync("get", "-i", "list", "-d", "mirror");

        Assert.Equal(2, get.Exit);
        Assert.Contains("list, line 1", get.Error, StringComparison.Ordinal);
        Assert.Empty(_rig.Origin.Requests);
    }

    [Fact]
    public async Task Two_urls_for_one_name_are_refused()
    {
        var get = await _rig.RunAsync("get", _rig.Url("/a/file"), _rig.Url("/b/file"));

        Assert.Equal(2, get.Exit);
        Assert.Contains("Two files", get.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_come_as_lines_of_json()
    {
        var content = new TestContent(7, 2_000_000);
        _rig.Origin.Serve("/file", content).Fails(503, times: 1, retryAfter: StatusFaults.Seconds(1));

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--json");

        Assert.Equal(0, get.Exit);
        Assert.Empty(get.Error);
        var events = get.Out.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var kinds = events.Select(e => e.GetProperty("event").GetString()).Distinct().ToList();
        Assert.Equal("began", kinds[0]);
        Assert.Contains("waiting", kinds);
        Assert.Equal(["file", "done"], events.TakeLast(2).Select(e => e.GetProperty("event").GetString()));
        Assert.Equal(content.Sha256(), events[^2].GetProperty("sha256").GetString());
        Assert.Equal(_rig.Target("file"), events[^2].GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_failure_is_an_event_too()
    {
        _rig.Origin.Serve("/file").Fails(403);

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--json");

        var last = JsonDocument.Parse(get.Out.Split('\n')[^1]).RootElement;
        Assert.Equal(("failed", "0x80190193", 8), (last.GetProperty("event").GetString(), last.GetProperty("code").GetString(), last.GetProperty("exit").GetInt32()));
        Assert.Equal(8, get.Exit);
    }

    string[] Files(string directory) =>
        [.. Directory.GetFiles(_rig.Target(directory), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_rig.Target(directory), path)).Order(StringComparer.Ordinal)];
}
