using System.Text.Json;
using System.Text.Json.Serialization;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>One line of get --json (docs/cli.md). What does not belong to its kind of event is left out.</summary>
sealed record GetEvent
{
    /// <summary>began, progress, file, waiting, note, done, failed or interrupted.</summary>
    public required string Event { get; init; }

    public required DateTimeOffset Time { get; init; }

    public Guid? Job { get; init; }

    public JobState? State { get; init; }

    public bool? InProcess { get; init; }

    public bool? Resumed { get; init; }

    public int? Files { get; init; }

    public int? FilesTransferred { get; init; }

    public ulong? BytesTotal { get; init; }

    public ulong? BytesTransferred { get; init; }

    public long? BytesPerSecond { get; init; }

    public int? Index { get; init; }

    public string? Url { get; init; }

    public string? Path { get; init; }

    public double? Seconds { get; init; }

    public string? Sha256 { get; init; }

    public string? Code { get; init; }

    public string? Name { get; init; }

    public string? Text { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public int? Exit { get; init; }
}

/// <summary>A job with its files, as show --json writes it.</summary>
sealed record JobWithFiles(JobSnapshot Job, IReadOnlyList<FileSnapshot> Files);

/// <summary>What an interrupted get left beside its state, so that it can be listed and resumed.</summary>
/// <param name="Started">When the first get of these files began.</param>
/// <param name="Directory">Where the command was given.</param>
/// <param name="Command">The command; null where it held a secret.</param>
/// <param name="Files">The full paths of the files.</param>
sealed record GetRecord(DateTimeOffset Started, string Directory, string? Command, IReadOnlyList<string> Files);

/// <summary>The JSON that only the command line writes: as the local API's, one line each.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(HResultConverter)])]
[JsonSerializable(typeof(GetEvent))]
[JsonSerializable(typeof(GetRecord))]
[JsonSerializable(typeof(JobWithFiles))]
[JsonSerializable(typeof(Gets.GetListing))]
sealed partial class CliJson : JsonSerializerContext;
