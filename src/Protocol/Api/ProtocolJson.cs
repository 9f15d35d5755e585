using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>The JSON of the local API: camel-case names, enumerations by name, codes as "0x80D02004", nulls left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(HResultConverter)], RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JobSnapshot))]
[JsonSerializable(typeof(List<JobSnapshot>))]
[JsonSerializable(typeof(IReadOnlyList<JobSnapshot>))]
[JsonSerializable(typeof(FileSnapshot))]
[JsonSerializable(typeof(List<FileSnapshot>))]
[JsonSerializable(typeof(IReadOnlyList<FileSnapshot>))]
[JsonSerializable(typeof(CreateJob))]
[JsonSerializable(typeof(List<AddFile>))]
[JsonSerializable(typeof(IReadOnlyList<AddFile>))]
[JsonSerializable(typeof(JobChange))]
[JsonSerializable(typeof(SetRemoteName))]
[JsonSerializable(typeof(FileTaken))]
[JsonSerializable(typeof(HttpOptions))]
[JsonSerializable(typeof(IntegrityCheck))]
[JsonSerializable(typeof(FileIntegrity))]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(JobReply))]
[JsonSerializable(typeof(AgentStatus))]
[JsonSerializable(typeof(PeerStatus))]
[JsonSerializable(typeof(TrackerStatus))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(NotificationSession))]
[JsonSerializable(typeof(CallbackRegistration))]
[JsonSerializable(typeof(List<NotificationAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<NotificationAnswer>))]
[JsonSerializable(typeof(CreateDownload))]
[JsonSerializable(typeof(StartDownload))]
[JsonSerializable(typeof(DownloadStatus))]
[JsonSerializable(typeof(IReadOnlyList<DownloadStatus>))]
[JsonSerializable(typeof(DownloadPropertyValue))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, DownloadValue>))]
sealed partial class ProtocolJson : JsonSerializerContext;

/// <summary>Writes a code as eight hexadecimal digits behind 0x; reads that form, a name, or a number.</summary>
sealed class HResultConverter : JsonConverter<HResult>
{
    /// <inheritdoc/>
    public override HResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number is >= int.MinValue and <= uint.MaxValue)
            return new HResult(unchecked((int)number));
        var text = reader.GetString() ?? "";
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            return new HResult(unchecked((int)value));
        return HResults.FromName(text) ?? throw new JsonException($"'{text}' is not a result code: write 0x and eight digits, or a name such as S_OK");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, HResult value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);
}
