using Haul.Engine.Jobs;
using Microsoft.Data.Sqlite;

namespace Haul.UnitTests.World;

/// <summary>A database of jobs on disk, opened, closed and tampered with.</summary>
sealed class JobDatabase : IDisposable
{
    readonly TempDirectory _directory = new();

    public string Path => _directory.File("jobs.db");

    /// <summary>Everything that is on disk: the database and what SQLite and the secrets keep beside it.</summary>
    public IEnumerable<string> Files => _directory.Files;

    public JobStore Open() => JobStore.Open(Path, TestSecrets.Open());

    /// <summary>A job as it is after a restart.</summary>
    public Job SaveAndLoad(Job job)
    {
        using (var store = Open())
        {
            Assert.Null(store.Commit([job]));
        }
        using var again = Open();
        return again.Load().Single();
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose() => _directory.Dispose();
}
