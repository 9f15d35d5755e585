using System.Globalization;
using System.Text;
using System.Text.Json;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Data.Sqlite;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>The rows of the job database: which column holds what.</summary>
sealed class JobRows : IDisposable
{
    /// <summary>Grows with every change of the tables; an older database is brought up step by step.</summary>
    public const int SchemaVersion = 5;

    /// <summary>What makes version N + 1 of version N, where 0 is an empty file. Times are UTC ticks; ids are text; secrets are sealed.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        First,
        "ALTER TABLE jobs ADD COLUMN error_cause INTEGER; ALTER TABLE jobs ADD COLUMN download INTEGER; ALTER TABLE jobs ADD COLUMN download_values BLOB;",
        "ALTER TABLE files ADD COLUMN integrity TEXT; ALTER TABLE files ADD COLUMN integrity_state TEXT;",
        "ALTER TABLE files ADD COLUMN to_stream INTEGER NOT NULL DEFAULT 0; ALTER TABLE files ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;",
        "ALTER TABLE jobs ADD COLUMN heard INTEGER;",
    ];

    const string First = """
        CREATE TABLE jobs (id TEXT PRIMARY KEY, uid INTEGER, gid INTEGER, owner TEXT, name TEXT, description TEXT, state INTEGER, priority INTEGER,
            notify INTEGER, timeout INTEGER, retry INTEGER, cost INTEGER, clsid TEXT, errors INTEGER, created INTEGER, modified INTEGER, completed INTEGER,
            error_context INTEGER, error_code INTEGER, error_text TEXT, error_file INTEGER, sequence INTEGER) WITHOUT ROWID;
        CREATE TABLE files (job TEXT, file INTEGER, file_id TEXT, remote TEXT, local TEXT, ranges TEXT, size INTEGER, digest TEXT, overwrite INTEGER,
            http BLOB, temporary TEXT, device INTEGER, inode INTEGER, validator TEXT, length INTEGER, transferred INTEGER, placed INTEGER, sha256 TEXT,
            next_remote BLOB, PRIMARY KEY (job, file)) WITHOUT ROWID;
        CREATE TABLE pieces (job TEXT, file INTEGER, piece INTEGER, hash BLOB, PRIMARY KEY (job, file, piece)) WITHOUT ROWID;
        """;

    readonly SqliteConnection _connection;
    readonly SecretBox _secrets;
    readonly SqliteCommand _job;
    readonly SqliteCommand _file;
    readonly SqliteCommand _piece;

    public JobRows(SqliteConnection connection, SecretBox secrets)
    {
        (_connection, _secrets) = (connection, secrets);
        _job = Prepare("INSERT OR REPLACE INTO jobs VALUES", 26);
        _file = Prepare("INSERT OR REPLACE INTO files VALUES", 23);
        _piece = Prepare("INSERT OR REPLACE INTO pieces VALUES", 4);
    }

    /// <summary>The transaction that writes belong to.</summary>
    public SqliteTransaction? Transaction { get; set; }

    public void WriteJob(Job job) => Write(_job,
        job.Id, job.Owner.Uid, job.Owner.Gid, job.Owner.Name, job.DisplayName, job.Description, (int)job.State, (int)job.Priority,
        (int)job.NotifyFlags, job.NoProgressTimeout, job.MinimumRetryDelay, job.CostFlags, job.NotificationClsid, job.ErrorCount,
        job.Created.UtcTicks, job.Modified.UtcTicks, job.TransferCompleted?.UtcTicks,
        (int?)job.Error?.Context, job.Error?.Code.Value, job.Error?.Text, job.Error?.FileIndex, job.Sequence,
        job.Error?.Cause?.Value, job.Download?.Flags, job.Download is { } download ? SealValues(download) : null, job.IsHeard ? 1 : 0);

    public Job ReadJob(SqliteDataReader row)
    {
        var uid = (uint)row.GetInt64(1);
        return new Job(row.GetGuid(0), new Caller(uid, (uint)row.GetInt64(2), row.GetString(3), uid == 0), row.GetString(4), Time(row, 14)!.Value)
        {
            Description = row.GetString(5),
            State = (JobState)row.GetInt32(6),
            Priority = (JobPriority)row.GetInt32(7),
            NotifyFlags = (NotifyFlags)row.GetInt32(8),
            NoProgressTimeout = row.IsDBNull(9) ? null : (uint)row.GetInt64(9),
            MinimumRetryDelay = (uint)row.GetInt64(10),
            CostFlags = (uint)row.GetInt64(11),
            NotificationClsid = row.IsDBNull(12) ? null : row.GetGuid(12),
            ErrorCount = (uint)row.GetInt64(13),
            Modified = Time(row, 15)!.Value,
            TransferCompleted = Time(row, 16),
            Error = row.IsDBNull(18) ? null : new JobErrorSnapshot((ErrorContext)row.GetInt32(17), new HResult(row.GetInt32(18)), row.GetString(19), row.IsDBNull(20) ? null : row.GetInt32(20), null, row.IsDBNull(22) ? null : new HResult(row.GetInt32(22))),
            Sequence = row.GetInt64(21),
            Download = row.IsDBNull(23) ? null : DownloadFacet.OfFlags(row.GetInt64(23)) with { Values = OpenValues((byte[])row.GetValue(24)) },
            IsHeard = !row.IsDBNull(25) && row.GetInt32(25) != 0,
            IsDirty = false,
        };
    }

    public void WriteFile(Guid job, JobFile file) => Write(_file,
        job, file.Index, file.Asked.FileId, file.Asked.RemoteName, file.Asked.LocalName, Join(file.Asked.Ranges), unchecked((long)file.Asked.FileSize),
        file.Asked.Digest, file.Asked.Overwrite ? 1 : 0,
        file.Asked.Http is { } http ? _secrets.Seal(JsonSerializer.SerializeToUtf8Bytes(http, ProtocolJson.Default.HttpOptions)) : null,
        file.TemporaryPath, (long?)file.Temporary?.Device, (long?)file.Temporary?.Inode, file.Validator?.Serialize(), file.Length,
        file.IsHere ? 1 : 0, file.IsCompleted ? 1 : 0, file.Sha256,
        file.NextRemoteName is { } next ? _secrets.Seal(Encoding.UTF8.GetBytes(next)) : null,
        file.Asked.Integrity is { } check ? JsonSerializer.Serialize(check, ProtocolJson.Default.IntegrityCheck) : null,
        file.Integrity is { } state ? JsonSerializer.Serialize(state, ProtocolJson.Default.FileIntegrity) : null,
        file.Asked.IsToStream ? 1 : 0, file.IsTaken ? 1 : 0);

    public JobFile ReadFile(SqliteDataReader row)
    {
        var asked = new AddFile
        {
            FileId = row.GetString(2),
            RemoteName = row.GetString(3),
            LocalName = row.GetString(4),
            Ranges = Split(row.GetString(5)),
            FileSize = unchecked((ulong)row.GetInt64(6)),
            Digest = row.IsDBNull(7) ? null : row.GetString(7),
            Overwrite = row.GetInt32(8) != 0,
            Http = row.IsDBNull(9) ? null : OpenHttp((byte[])row.GetValue(9)),
            Integrity = row.IsDBNull(19) ? null : JsonSerializer.Deserialize(row.GetString(19), ProtocolJson.Default.IntegrityCheck),
            IsToStream = row.GetInt32(21) != 0,
        };
        var length = row.GetInt64(14);
        return new JobFile(row.GetInt32(1), asked, row.GetString(10))
        {
            Temporary = row.IsDBNull(11) ? null : new FileIdentity((ulong)row.GetInt64(11), (ulong)row.GetInt64(12)),
            Validator = row.IsDBNull(13) ? null : Validator.Parse(row.GetString(13)),
            Length = length,
            IsHere = row.GetInt32(15) != 0,
            IsTaken = row.GetInt32(22) != 0,
            IsUnproved = row.GetInt32(15) != 0,
            IsCompleted = row.GetInt32(16) != 0,
            Sha256 = row.IsDBNull(17) ? null : row.GetString(17),
            NextRemoteName = row.IsDBNull(18) || !_secrets.TryOpen((byte[])row.GetValue(18), out var next) ? null : Encoding.UTF8.GetString(next),
            RestingBytes = Math.Min(Math.Max(0, length), row.GetInt64(23) * PieceLayout.StandardPieceSize),
            Integrity = row.IsDBNull(20) ? null : JsonSerializer.Deserialize(row.GetString(20), ProtocolJson.Default.FileIntegrity),
            IsDirty = false,
        };
    }

    public void WritePiece(Guid job, int file, PieceIndex piece, PieceHash hash)
    {
        var bytes = new byte[PieceHash.Size];
        hash.Write(bytes);
        Write(_piece, job, file, piece.Value, bytes);
    }

    public (PieceIndex, PieceHash)[] ReadPieces(Guid job, int file)
    {
        var pieces = new List<(PieceIndex, PieceHash)>();
        using var reader = Reader("SELECT piece, hash FROM pieces WHERE job = $0 AND file = $1", job, file);
        while (reader.Read())
            pieces.Add((new PieceIndex(reader.GetInt32(0)), PieceHash.Read((byte[])reader.GetValue(1))));
        return [.. pieces];
    }

    public void DropPieces(Guid job, int file) => Execute("DELETE FROM pieces WHERE job = $0 AND file = $1", job, file);

    public void DropJob(Guid job)
    {
        Execute("DELETE FROM pieces WHERE job = $0", job);
        Execute("DELETE FROM files WHERE job = $0", job);
        Execute("DELETE FROM jobs WHERE id = $0", job);
    }

    public SqliteDataReader Reader(string sql, params object?[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        Add(command, values.Length);
        Bind(command, values);
        return command.ExecuteReader();
    }

    /// <summary>What a refusal of the database means for the user.</summary>
    public static Failure Failure(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        13 => new Failure(ERROR_DISK_FULL, $"The agent's state could not be saved: the disk of {path} is full. Free space; nothing accepted so far is lost"),
        8 or 14 => new Failure(ERROR_WRITE_PROTECT, $"The agent's state could not be saved: {path} cannot be written"),
        11 or 26 => new Failure(BG_E_DATABASE_CORRUPT, $"The agent's state {path} is damaged: {e.Message}. Move the file away to start with an empty one"),
        _ => new Failure(E_FAIL, $"The agent's state {path} could not be saved: {e.Message}"),
    };

    public void Dispose()
    {
        _job.Dispose();
        _file.Dispose();
        _piece.Dispose();
    }

    /// <summary>Options that cannot be opened (another key file) come back without their secrets: the server will say what is missing.</summary>
    HttpOptions? OpenHttp(byte[] seal) => _secrets.TryOpen(seal, out var bytes) ? JsonSerializer.Deserialize(bytes, ProtocolJson.Default.HttpOptions) : null;

    byte[] SealValues(DownloadFacet download) => _secrets.Seal(JsonSerializer.SerializeToUtf8Bytes(
        download.Values.ToDictionary(value => value.Key.ToString(), value => value.Value), ProtocolJson.Default.IReadOnlyDictionaryStringDownloadValue));

    /// <summary>None where they cannot be opened, or belong to properties of a newer version.</summary>
    Dictionary<DownloadProperty, DownloadValue> OpenValues(byte[] seal) =>
        !_secrets.TryOpen(seal, out var bytes) ? [] : JsonSerializer.Deserialize(bytes, ProtocolJson.Default.IReadOnlyDictionaryStringDownloadValue)!
            .Where(value => DownloadProperties.Of(value.Key) is not null).ToDictionary(value => DownloadProperties.Of(value.Key)!.Id, value => value.Value);

    void Execute(string sql, params object?[] values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        Add(command, values.Length);
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    void Write(SqliteCommand command, params object?[] values)
    {
        command.Transaction = Transaction;
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    SqliteCommand Prepare(string insert, int columns)
    {
        var command = _connection.CreateCommand();
        command.CommandText = $"{insert} ({string.Join(", ", Enumerable.Range(0, columns).Select(i => $"${i}"))})";
        Add(command, columns);
        return command;
    }

    static void Add(SqliteCommand command, int count)
    {
        for (var i = 0; i < count; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
    }

    static void Bind(SqliteCommand command, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    static DateTimeOffset? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);

    static string Join(IReadOnlyList<ByteRange> ranges) =>
        string.Join(',', ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Offset}:{range.Length}")));

    static ByteRange[] Split(string ranges) => ranges.Length == 0 ? [] : [.. ranges.Split(',').Select(range =>
    {
        var colon = range.IndexOf(':', StringComparison.Ordinal);
        return new ByteRange(ulong.Parse(range.AsSpan(0, colon), CultureInfo.InvariantCulture), ulong.Parse(range.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    })];
}
