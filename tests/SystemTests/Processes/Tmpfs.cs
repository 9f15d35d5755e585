namespace Haul.SystemTests.Processes;

/// <summary>A file system of a given size in memory, for tests of a full disk; only root on Linux may mount one.</summary>
sealed class Tmpfs : IAsyncDisposable
{
    readonly TempDirectory _directory;

    Tmpfs(TempDirectory directory) => _directory = directory;

    public static bool CanMount => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public string Path => _directory.Path;

    /// <summary>Mounts one that holds <paramref name="sizeBytes"/>, rounded up to whole pages, and is open to all users.</summary>
    public static async Task<Tmpfs> MountAsync(long sizeBytes)
    {
        var directory = new TempDirectory();
        try
        {
            await RunAsync("mount", "-t", "tmpfs", "-o", $"size={sizeBytes},mode=0777", "haul-test", directory.Path);
            return new Tmpfs(directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Lazily: a program that the test has just killed may still hold a file there.
        await RunAsync("umount", "--lazy", Path);
        _directory.Dispose();
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        await using var run = await RunningProgram.RunAsync(program, arguments);
        if (await run.WaitForExitAsync() != 0)
            throw new InvalidOperationException($"{program} failed: {run.Errors.Text}");
    }
}
