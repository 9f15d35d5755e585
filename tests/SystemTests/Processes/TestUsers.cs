using System.Globalization;

namespace Haul.SystemTests.Processes;

/// <summary>A user of this machine.</summary>
sealed record TestUser(string Name, int Uid, int Gid);

/// <summary>Two real users without privileges, for tests of who may do what; only root on Linux may create them.</summary>
/// <remarks>They stay on the machine: an account deleted and made anew would give its number, and what it owned, to another.</remarks>
static class TestUsers
{
    const int UseraddNameExists = 9;

    static readonly SemaphoreSlim OneAtATime = new(1);

    public static bool CanCreate => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public static Task<TestUser> FirstAsync() => EnsureAsync("haultest1");

    public static Task<TestUser> SecondAsync() => EnsureAsync("haultest2");

    static async Task<TestUser> EnsureAsync(string name)
    {
        await OneAtATime.WaitAsync();
        try
        {
            return Find(name) ?? await CreateAsync(name);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    static async Task<TestUser> CreateAsync(string name)
    {
        await using var run = await RunningProgram.RunAsync(
            "useradd", "-r", "-U", "-M", "-d", "/nonexistent", "-s", "/usr/sbin/nologin", name);
        // Another test process may have been quicker.
        if (await run.WaitForExitAsync() is not (0 or UseraddNameExists))
            throw new InvalidOperationException($"useradd failed: {run.Errors.Text}");
        return Find(name) ?? throw new InvalidOperationException($"useradd made no {name}.");
    }

    static TestUser? Find(string name) => File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .Where(fields => fields[0] == name)
        .Select(fields => new TestUser(
            name, int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture)))
        .FirstOrDefault();
}
