using System.Text.Json;
using System.Text.Json.Serialization;

namespace Haul.Protocol.Api;

/// <summary>A value: one of the three is set. Bytes travel as text in base64.</summary>
[JsonConverter(typeof(DownloadValueConverter))]
sealed record DownloadValue
{
    public string? Text { get; init; }

    public ulong? Number { get; init; }

    public bool? Flag { get; init; }

    public static DownloadValue Of(string text) => new() { Text = text };

    public static DownloadValue Of(ulong number) => new() { Number = number };

    public static DownloadValue Of(bool flag) => new() { Flag = flag };
}

/// <summary>Writes a value as the JSON string, number or boolean that it is.</summary>
sealed class DownloadValueConverter : JsonConverter<DownloadValue>
{
    /// <inheritdoc/>
    public override DownloadValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => DownloadValue.Of(reader.GetString()!),
        JsonTokenType.True or JsonTokenType.False => DownloadValue.Of(reader.GetBoolean()),
        JsonTokenType.Number when reader.TryGetUInt64(out var number) => DownloadValue.Of(number),
        _ => throw new JsonException("A property's value is a string, a whole number that is not negative, true or false"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DownloadValue value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
            writer.WriteStringValue(text);
        else if (value.Number is { } number)
            writer.WriteNumberValue(number);
        else
            writer.WriteBooleanValue(value.Flag == true);
    }
}
