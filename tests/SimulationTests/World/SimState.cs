using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Microsoft.Data.Sqlite;

namespace Haul.SimulationTests.World;

/// <summary>The database of a world's engines: in memory, kept by the world from one life to the next.</summary>
/// <remarks>A commit is durable here by definition; what a crash interrupts is rolled back as its connection goes.</remarks>
sealed class SimState : IDisposable
{
    static readonly Lazy<string> _keys = new(MakeKeyDirectory);
    static int _count;

    readonly string _source = $"file:world-{Interlocked.Increment(ref _count)}?mode=memory&cache=shared";
    readonly SqliteConnection _keeper;

    public SimState()
    {
        _keeper = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _source, Pooling = false }.ToString());
        _keeper.Open();
    }

    /// <summary>Opens the database as an engine does. One at a time.</summary>
    public JobStore Open()
    {
        if (SecretBox.Open(Path.Combine(_keys.Value, "secrets.key"), out var secrets) is { } failure)
            throw new InvalidOperationException(failure.Text);
        return JobStore.Open(_source, secrets!);
    }

    public void Dispose() => _keeper.Dispose();

    // One key for all worlds of this process: opening it again is cheap, and nothing tests its making here.
    static string MakeKeyDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("haul-simulation-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        if (SecretBox.Open(Path.Combine(directory, "secrets.key"), out var box) is { } failure)
            throw new InvalidOperationException(failure.Text);
        box!.Dispose();
        return directory;
    }
}
