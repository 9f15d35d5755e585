using System.Globalization;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Data.Sqlite;

namespace Haul.Engine.Jobs;

/// <summary>Jobs, files and recorded pieces on disk: SQLite with a write-ahead log. Owned by the jobs' loop.</summary>
/// <remarks>
/// <see cref="Commit"/> returns once the log stands on the device (synchronous = FULL), so whatever a client was told survives a power cut.
/// Pieces are recorded with their hashes after they were written but not flushed: after a crash of the agent the system still has them,
/// and after a power cut the hashes show which are missing (see ContentHasher).
/// </remarks>
sealed class JobStore : IDisposable
{
    readonly SqliteConnection _connection;
    readonly JobRows _rows;
    readonly SecretBox _secrets;

    // What the next commit is to write.
    readonly Dictionary<(Guid Job, int File), PieceChanges> _pieces = [];
    readonly List<Guid> _dropped = [];

    JobStore(SqliteConnection connection, SecretBox secrets)
    {
        (_connection, _secrets) = (connection, secrets);
        _rows = new JobRows(connection, secrets);
    }

    /// <summary>Opens or makes the database; a file in memory when the path is null.</summary>
    public static JobStore Open(string dataSource, SecretBox secrets)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = dataSource, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -4000");
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > JobRows.SchemaVersion)
            throw new InvalidDataException($"{dataSource} was written by a newer Haul (schema {version}); this one reads up to {JobRows.SchemaVersion}. Install the newer version, or use another state directory");
        for (var next = version; next < JobRows.SchemaVersion; next++)
            Execute(connection, $"BEGIN; {JobRows.Steps[next]} PRAGMA user_version = {next + 1}; COMMIT");
        return new JobStore(connection, secrets);
    }

    /// <summary>All recorded jobs with their files.</summary>
    public List<Job> Load()
    {
        var jobs = new Dictionary<Guid, Job>();
        using (var reader = _rows.Reader("SELECT * FROM jobs ORDER BY created, sequence"))
        {
            while (reader.Read())
            {
                var job = _rows.ReadJob(reader);
                jobs.Add(job.Id, job);
            }
        }
        using (var reader = _rows.Reader("SELECT f.*, (SELECT count(*) FROM pieces p WHERE p.job = f.job AND p.file = f.file) AS pieces FROM files f ORDER BY f.job, f.file"))
        {
            while (reader.Read())
            {
                if (jobs.TryGetValue(reader.GetGuid(0), out var job))
                    job.Add(_rows.ReadFile(reader));
            }
        }
        return [.. jobs.Values];
    }

    /// <summary>What is known of a file's bytes: what is on record, with what the next commit will change of it.</summary>
    public (PieceIndex, PieceHash)[] LoadPieces(Guid job, int file)
    {
        var changes = _pieces.GetValueOrDefault((job, file));
        var pieces = changes is { IsVoid: true } ? [] : Recorded(job, file).ToDictionary();
        foreach (var (piece, hash) in changes?.Stored ?? [])
            pieces[piece] = hash;
        return [.. pieces.Select(piece => (piece.Key, piece.Value))];
    }

    /// <summary>Nothing when the database refuses: what is not known is fetched again.</summary>
    (PieceIndex, PieceHash)[] Recorded(Guid job, int file)
    {
        try
        {
            return _rows.ReadPieces(job, file);
        }
        catch (SqliteException)
        {
            return [];
        }
    }

    /// <summary>Pieces that were stored since.</summary>
    public void SavePieces(Guid job, int file, IReadOnlyList<(PieceIndex Piece, PieceHash Hash)> pieces)
    {
        if (!_pieces.TryGetValue((job, file), out var changes))
            _pieces.Add((job, file), changes = new PieceChanges(IsVoid: false, []));
        changes.Stored.AddRange(pieces);
    }

    /// <summary>Pieces of a file that are void, or not needed any more.</summary>
    public void DropPieces(Guid job, int file) => _pieces[(job, file)] = new PieceChanges(IsVoid: true, []);

    public void Drop(Guid job) => _dropped.Add(job);

    /// <summary>Makes everything since the last commit durable. On failure nothing is, and everything is tried again with the next.</summary>
    /// <param name="changed">The jobs that changed; those of an earlier failure must be among them.</param>
    public Failure? Commit(IReadOnlyCollection<Job> changed)
    {
        if (_pieces.Count == 0 && _dropped.Count == 0 && changed.Count == 0)
            return null;
        try
        {
            using var transaction = Begin();
            foreach (var job in changed)
                Save(job);
            foreach (var ((job, file), changes) in _pieces)
                Save(job, file, changes);
            _dropped.ForEach(_rows.DropJob);
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            return JobRows.Failure(e, _connection.DataSource);
        }
        finally
        {
            _rows.Transaction = null;
        }
        _pieces.Clear();
        _dropped.Clear();
        foreach (var job in changed)
        {
            job.IsDirty = false;
            job.Files.ForEach(file => file.IsDirty = false);
        }
        return null;
    }

    SqliteTransaction Begin() => _rows.Transaction = _connection.BeginTransaction();

    void Save(Job job)
    {
        if (job.IsDirty)
            _rows.WriteJob(job);
        foreach (var file in job.Files)
        {
            if (file.IsDirty)
                _rows.WriteFile(job.Id, file);
        }
    }

    void Save(Guid job, int file, PieceChanges changes)
    {
        if (changes.IsVoid)
            _rows.DropPieces(job, file);
        foreach (var (piece, hash) in changes.Stored)
            _rows.WritePiece(job, file, piece, hash);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _connection.Dispose();
        _secrets.Dispose();
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}

/// <summary>What became of a file's pieces since the last commit.</summary>
/// <param name="IsVoid">What is on record is void.</param>
/// <param name="Stored">Pieces stored after that.</param>
sealed record PieceChanges(bool IsVoid, List<(PieceIndex Piece, PieceHash Hash)> Stored);
