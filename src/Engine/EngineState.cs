using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Data.Sqlite;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine;

/// <summary>An engine's own directory: the database, the key of its secrets, and the lock that keeps a second engine out.</summary>
sealed class EngineState : IDisposable
{
    readonly FileLock _lock;

    EngineState(FileLock @lock, JobStore store) => (_lock, Store) = (@lock, store);

    public JobStore Store { get; }

    /// <summary>Takes a state directory; a failure when it cannot be used or another process uses it.</summary>
    public static Failure? Take(string directory, out EngineState? state)
    {
        state = null;
        FileLock? held = null;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            held = FileLock.TryTake(Path.Combine(directory, "lock"));
            if (held is null)
                return new Failure(ERROR_SHARING_VIOLATION, $"Another Haul process uses {directory}; end it, or name another state directory");
            if (SecretBox.Open(Path.Combine(directory, "secrets.key"), out var secrets) is { } failure)
                return Release(held, failure);
            state = new EngineState(held, JobStore.Open(Path.Combine(directory, "jobs.db"), secrets!));
            return null;
        }
        catch (SqliteException e)
        {
            return Release(held, JobRows.Failure(e, Path.Combine(directory, "jobs.db")));
        }
        catch (InvalidDataException e)
        {
            return Release(held, new Failure(BG_E_DATABASE_CORRUPT, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Release(held, new Failure(E_ACCESSDENIED, $"The state directory {directory} cannot be used: {e.Message}"));
        }
    }

    static Failure Release(FileLock? held, Failure failure)
    {
        held?.Dispose();
        return failure;
    }

    public void Dispose()
    {
        Store.Dispose();
        _lock.Dispose();
    }
}
