using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Com;

/// <summary>The native library as packaging/publish-library makes it, made once for all tests of a run, and programs built on it.</summary>
static class ComLibrary
{
    static readonly TimeSpan PublishMax = TimeSpan.FromMinutes(10);

    static readonly Lazy<Task<string>> _prefix = new(PublishAsync);
    static readonly Dictionary<string, Task<string>> _built = [];

    /// <summary>Where the library, its header and what build tools need of it lie.</summary>
    public static Task<string> PrefixAsync() => _prefix.Value;

    /// <summary>The folder of the sources of the native programs.</summary>
    public static string Sources { get; } = Path.Combine(Checkout.Root, "tests", "SystemTests", "Com", "Native");

    /// <summary>The program of all checks, built by a compiler with options.</summary>
    public static Task<string> ChecksAsync(string compiler = "g++", params string[] options)
    {
        lock (_built)
        {
            var key = $"{compiler} {string.Join(' ', options)}";
            if (!_built.TryGetValue(key, out var built))
                _built[key] = built = BuildAsync(compiler, ["main.cpp", "jobs.cpp", "files.cpp", "callbacks.cpp", "processes.cpp", "downloads.cpp", "streams.cpp"], options);
            return built;
        }
    }

    /// <summary>Builds sources to a program.</summary>
    public static async Task<string> BuildAsync(string compiler, string[] sources, params string[] options)
    {
        var prefix = await PrefixAsync();
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(prefix, "programs")).FullName, Path.GetRandomFileName());
        var standard = sources[0].EndsWith(".c", StringComparison.Ordinal) ? "-std=c11" : "-std=c++17";
        string[] words =
        [
            standard, "-Wall", "-Wextra", "-Werror", "-O1", "-g", $"-I{prefix}/include", .. options, .. sources.Select(source => Path.Combine(Sources, source)),
            $"-L{prefix}/lib", $"-Wl,-rpath,{prefix}/lib", "-ldosvc", "-ldl", "-lpthread", "-o", program,
        ];
        await RunAsync(compiler, words, TimeSpan.FromMinutes(3));
        return program;
    }

    /// <summary>Runs a tool that has to succeed.</summary>
    public static async Task<RunningProgram> RunAsync(string tool, string[] words, TimeSpan max)
    {
        var running = RunningProgram.Start(tool, words);
        var code = await running.WaitForExitAsync(max);
        Assert.True(code == 0, $"{tool} ended with {code}:\n{running.Output.Text}\n{running.Errors.Text}");
        return running;
    }

    static async Task<string> PublishAsync()
    {
        // Beside the build, so that it is not made in the middle of it; away with the artifacts.
        var prefix = Path.Combine(Checkout.Root, "artifacts", "test-library");
        if (Directory.Exists(prefix))
            Directory.Delete(prefix, recursive: true);
        await using var done = await RunAsync(Path.Combine(Checkout.Root, "packaging", "publish-library"), [prefix], PublishMax);
        return prefix;
    }
}
