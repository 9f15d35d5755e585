namespace Haul.SystemTests.Cli;

/// <summary>haul group: made on one machine, joined on another.</summary>
public sealed class GroupTests : IAsyncLifetime
{
    readonly CliRig _rig = new();

    string Own => Path.Combine(_rig.State, "haul", "group.json");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_shown_and_left()
    {
        var made = await _rig.RunAsync("group", "create", "office");

        Assert.Matches("^office  [0-9a-f]{32}  tls$", made.Out);
        Assert.Equal((0, made.Out), await OutAsync("group", "show"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(Own));
        Assert.Equal((0, ""), await OutAsync("group", "leave"));
        Assert.False(File.Exists(Own));
        foreach (var verb in new[] { "show", "leave" })
        {
            var refused = await _rig.RunAsync("group", verb);
            Assert.Equal(1, refused.Exit);
            Assert.Contains("haul group create", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_one_made_is_joined_by_others()
    {
        var file = _rig.Target("office.json");
        var made = await _rig.RunAsync("group", "create", "office", "--plain", "--out", file);

        Assert.Matches("^office  [0-9a-f]{32}  plain$", made.Out);
        Assert.False(File.Exists(Own));
        Assert.Equal((0, made.Out), await OutAsync("group", "join", file));
        Assert.Equal((0, made.Out), await OutAsync("group", "show"));

        // And by way of the standard streams, into the state of another agent.
        var other = _rig.Target("other");
        var joined = await _rig.ShellAsync($"\"$HAUL\" group show --secret | \"$HAUL\" group join - --state '{other}'");
        Assert.Equal((0, made.Out), (joined.Exit, joined.Out));
        Assert.Equal((0, made.Out), await OutAsync("group", "show", "--state", other));
    }

    [Fact]
    public async Task The_key_is_written_only_when_it_is_asked_for()
    {
        await _rig.RunAsync("group", "create", "office");
        var key = (await File.ReadAllTextAsync(Own, TestContext.Current.CancellationToken)).Split('"').Single(word => word.Length == 43);
        var shown = (await OutAsync("group", "show")).Out;
        var tracker = (await OutAsync("group", "show", "--tracker")).Out;

        Assert.DoesNotContain(key, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(key, tracker, StringComparison.Ordinal);
        Assert.Matches($"^{shown.Split("  ")[1]}  [0-9a-f]{{64}}  office$", tracker);
        Assert.Contains(key, (await OutAsync("group", "show", "--secret")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_stays_in_its_group_until_it_leaves()
    {
        var made = await _rig.RunAsync("group", "create", "office");
        var again = await _rig.RunAsync("group", "create", "other");

        Assert.Equal(3, again.Exit);
        Assert.Contains("haul group leave", again.Error, StringComparison.Ordinal);
        Assert.Equal((0, made.Out), await OutAsync("group", "show"));
    }

    [Fact]
    public async Task A_file_that_exists_is_not_written_over()
    {
        var file = _rig.Target("notes.txt");
        await File.WriteAllTextAsync(file, "notes", TestContext.Current.CancellationToken);

        var refused = await _rig.RunAsync("group", "create", "office", "--out", file);

        Assert.Equal(3, refused.Exit);
        Assert.Contains("name another file", refused.Error, StringComparison.Ordinal);
        Assert.Equal("notes", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_joins_is_told_when_it_takes_effect()
    {
        Assert.Contains("started again", (await _rig.RunAsync("group", "create", "office")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_not_joined()
    {
        var file = _rig.Target("office.json");
        await _rig.RunAsync("group", "create", "office", "--out", file);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var refused = await _rig.RunAsync("group", "join", file);

        Assert.Equal(3, refused.Exit);
        Assert.Contains("chmod 600", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Own));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no group at all")]
    public async Task What_is_no_group_is_not_joined(string text)
    {
        var refused = await _rig.ShellAsync($"echo '{text}' | \"$HAUL\" group join -");

        Assert.Equal(1, refused.Exit);
        Assert.Contains("standard input holds no group", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Own));
    }

    async Task<(int Exit, string Out)> OutAsync(params string[] arguments)
    {
        var result = await _rig.RunAsync(arguments);
        return (result.Exit, result.Out);
    }
}
