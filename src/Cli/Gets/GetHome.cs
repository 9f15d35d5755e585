using System.Text.Json;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>Where gets that work in their own process keep their state: one directory for each set of target files.</summary>
/// <remarks>
/// <code>
/// get/lock              held while a state directory is opened or removed, so that none is removed under one who opens it
/// get/KEY/              the state of one get: an engine's, which locks it while it runs
/// get/KEY/get.json      what the get is, for lists
/// </code>
/// </remarks>
static class GetHome
{
    const string RecordName = "get.json";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>How long another get may take to open or remove its state before this one calls it stuck.</summary>
    static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    public static string Root { get; } = Path.Combine(StateHome(), "haul", "get");

    public static string DirectoryOf(GetKey key) => Path.Combine(Root, key.Targets);

    static string StateHome()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        // The specification has relative paths ignored (XDG Base Directory Specification 0.8).
        return Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } home && Path.IsPathRooted(home)
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state");
    }

    /// <summary>Waits until no other get opens or removes state, and keeps it so until disposed.</summary>
    public static async Task<IDisposable> EnterAsync(TimeProvider time, CancellationToken cancel)
    {
        // The parent is also where a user's agent keeps its jobs: it is made for its owner only, whoever comes first.
        Make(Path.GetDirectoryName(Root)!);
        Make(Root);
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(start) < PatienceMax)
            {
                await Task.Delay(Moment, time, cancel);
            }
        }
    }

    public static void Make(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly);
    }

    /// <summary>Leaves word of what a get is.</summary>
    public static void Write(string directory, GetRecord record) =>
        File.WriteAllText(Path.Combine(directory, RecordName), JsonSerializer.Serialize(record, CliJson.Default.GetRecord));

    /// <summary>What a state directory is the get of; null where that cannot be told.</summary>
    public static GetRecord? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(directory, RecordName)), CliJson.Default.GetRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static IEnumerable<string> Directories() => Directory.Exists(Root) ? Directory.EnumerateDirectories(Root) : [];

    /// <summary>Whether a get is at work in a state directory. To be asked while nobody enters.</summary>
    public static bool IsHeld(string directory)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(directory, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Takes away what a get left: its temporary files and its state. To be called by who has entered.</summary>
    public static async Task DiscardAsync(string directory)
    {
        await using (var client = HaulClient.InProcess(directory))
        {
            foreach (var job in await client.ListJobsAsync())
                await (await client.GetJobAsync(job.Id)).CancelAsync();
        }
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Why a home that cannot be used cannot be used.</summary>
    public static Failure Unusable(Exception e) => new(HResults.E_ACCESSDENIED, $"The directory {Root} for the state of gets cannot be used: {e.Message.TrimEnd('.')}; set XDG_STATE_HOME to another place");
}
