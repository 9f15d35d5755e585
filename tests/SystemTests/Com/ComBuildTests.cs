using System.Diagnostics;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Com;

/// <summary>The header and the library with compilers, build tools and checkers of memory.</summary>
public sealed class ComBuildTests
{
    static readonly TimeSpan ToolMax = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Tables_and_structures_lie_as_the_contract_says()
    {
        await using var rig = await ComRig.StartAsync();
        await using var program = rig.Start(await ComLibrary.BuildAsync("gcc", ["layout.c"]));

        Assert.Equal(0, await program.WaitForExitAsync());
    }

    [Fact]
    public async Task Clang_builds_the_same_and_it_runs()
    {
        await using var rig = await ComRig.StartAsync();

        await rig.CheckAsync(await ComLibrary.ChecksAsync("clang++"), "identity");
        await rig.CheckAsync(await ComLibrary.ChecksAsync("clang++"), "properties");
    }

    [Theory]
    [InlineData("tour")]
    [InlineData("identity")]
    [InlineData("sinkless")]
    [InlineData("errors")]
    [InlineData("replaced")]
    [InlineData("download-tour")]
    [InlineData("download-properties")]
    [InlineData("download-refusing")]
    public async Task The_sanitizers_find_nothing(string name)
    {
        await using var rig = await ComRig.StartAsync();
        var program = await ComLibrary.ChecksAsync("g++", "-fsanitize=address,undefined", "-fno-sanitize=vptr", "-fno-sanitize-recover=all");

        // The runtime inside the library keeps what it allocates until the end: valgrind looks at leaks, with an eye for that.
        await rig.CheckAsync(program, name, new Dictionary<string, string> { ["ASAN_OPTIONS"] = "detect_leaks=0" });
    }

    [Theory]
    [InlineData("tour")]
    [InlineData("download-tour")]
    public async Task Valgrind_finds_nothing(string name)
    {
        await using var rig = await ComRig.StartAsync();

        await rig.CheckAsync(
            await ComLibrary.ChecksAsync(), name, null,
            "valgrind", "-q", "--error-exitcode=9", "--num-callers=16", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            $"--suppressions={ComLibrary.Sources}/dotnet.supp");
    }

    [Fact]
    public async Task The_sample_downloads_a_file_and_starts_the_agent_it_needs()
    {
        await using var rig = await ComRig.StartAsync(withAgent: false);
        var prefix = await ComLibrary.PrefixAsync();
        using var build = new TempDirectory();
        await using var configured = await ComLibrary.RunAsync(
            "cmake", ["-S", Path.Combine(Checkout.Root, "samples", "cpp"), "-B", build.Path, $"-DCMAKE_PREFIX_PATH={prefix}"], ToolMax);
        await using var made = await ComLibrary.RunAsync("cmake", ["--build", build.Path], ToolMax);
        var target = Path.Combine(rig.Directory, "sample");

        await using var sample = rig.Start(build.File("download"), $"{rig.Origin}/a", target);
        Assert.True(await sample.WaitForExitAsync() == 0, $"{sample.Output.Text}\n{sample.Errors.Text}");

        Assert.Contains(sample.Output.Lines, line => line.StartsWith("JobModification: ", StringComparison.Ordinal));
        Assert.Null(rig.Content.FirstDifference(target));
        using var agent = Process.GetProcessById(await rig.AgentProcessIdAsync());
        agent.Kill();
        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_README_shows_the_lines_of_the_sample()
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));
        var sample = File.ReadAllLines(Path.Combine(Checkout.Root, "samples", "cpp", "CMakeLists.txt"));
        var shown = readme.Split("```cmake\n")[1].Split("```")[0].TrimEnd().Split('\n');

        Assert.Equal(2, shown.Length);
        Assert.All(shown, line => Assert.Contains(line, sample));
    }

    [Fact]
    public async Task Pkg_config_names_what_a_compiler_needs()
    {
        var prefix = await ComLibrary.PrefixAsync();
        var setting = new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["PKG_CONFIG_PATH"] = Path.Combine(prefix, "lib", "pkgconfig") });
        await using var tool = RunningProgram.Start(setting, "pkg-config", "--cflags", "--libs", "deliveryoptimization");

        Assert.Equal(0, await tool.WaitForExitAsync());
        Assert.Contains("-ldosvc", tool.Output.Text, StringComparison.Ordinal);
    }
}
