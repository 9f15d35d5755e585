using System.Text.RegularExpressions;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Documents;

/// <summary>What README.md says to type works as it stands there.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Every_command_of_the_README_works()
    {
        await using var origin = FaultyOrigin.Start();
        using var directory = new TempDirectory();
        var content = new TestContent(1, 2_000_000);
        origin.Serve("/big.iso", content);
        await File.WriteAllBytesAsync(Path.Combine(directory.Subdirectory("releases"), "image.iso"), new byte[100], TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(directory.File("haul"), Path.Combine(Checkout.Root, "haul"));
        var blocks = ShellBlocks().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "README.md"), TestContext.Current.CancellationToken));
        Assert.True(blocks.Count >= 3, "README.md shows how to fetch, to verify, and to work in the background");
        var setting = new RunningProgram.Setting(directory.Path, null, new Dictionary<string, string?>
        {
            ["URL"] = origin.UrlOf("/big.iso").AbsoluteUri,
            ["SHA256"] = content.Sha256(),
            ["HAUL_BIN"] = HaulProgram.Path,
            ["HAUL_SOCKET"] = directory.File("agent.sock"),
            ["XDG_STATE_HOME"] = directory.File("state"),
            ["XDG_CONFIG_HOME"] = directory.File("config"),
        });

        foreach (Match block in blocks)
        {
            await using var shell = RunningProgram.Start(setting, "bash", "-c", $"set -eum\n{block.Groups["code"].Value}");
            var code = await shell.WaitForExitAsync(TimeSpan.FromSeconds(120));
            Assert.True(code == 0, $"{block.Value}\nended with {code}:\n{string.Join('\n', shell.Errors)}");
        }

        foreach (var name in new[] { "big.iso", "verified.bin", "background.bin" })
            Assert.Null(content.FirstDifference(directory.File(name)));
        Assert.True(File.Exists(directory.File("releases/image.iso.haul")));
    }

    [Fact]
    public async Task The_C_sharp_sample_is_the_one_that_the_README_shows_and_it_works()
    {
        var sample = (await File.ReadAllLinesAsync(Path.Combine(Checkout.Root, "samples", "csharp", "Program.cs"), TestContext.Current.CancellationToken)).ToHashSet();
        var readme = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "README.md"), TestContext.Current.CancellationToken);
        var shown = SharpBlocks().Matches(readme)[1].Groups["code"].Value.TrimEnd().Split('\n');
        Assert.All(shown, line => Assert.Contains(line, sample));

        await using var origin = FaultyOrigin.Start();
        using var directory = new TempDirectory();
        var content = new TestContent(1, 2_000_000);
        origin.Serve("/file", content);
        var setting = new RunningProgram.Setting(directory.Path, null, new Dictionary<string, string?>
        {
            ["HAUL_SOCKET"] = directory.File("none.sock"),
            ["XDG_STATE_HOME"] = directory.File("state"),
        });
        await using var program = RunningProgram.Start(setting, HaulProgram.Path.Replace("Haul.Cli", "Haul.Sample", StringComparison.Ordinal)[..^"haul".Length] + "Haul.Sample", origin.UrlOf("/file").AbsoluteUri, "file");

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Null(content.FirstDifference(directory.File("file")));
        await program.WaitForLineAsync("Transferred: 2000000 bytes");
    }

    [GeneratedRegex("```sh\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlocks();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex SharpBlocks();
}
