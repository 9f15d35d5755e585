using System.Buffers.Binary;
using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>What may stand in the properties of a download. Pure.</summary>
static class DownloadRules
{
    /// <summary>Characters of one property's text: integrity information and certificates are some KiB.</summary>
    public const int TextMax = 64 << 10;

    /// <summary>The least no-progress timeout, seconds; 0 stands for the default.</summary>
    public const uint TimeoutSecondsMin = 60;

    /// <summary>The same of the REST interface.</summary>
    public const uint RestTimeoutSecondsMin = 10;

    /// <summary>The row of a property that can be set with such a value, or why it cannot.</summary>
    /// <param name="name">Name or number.</param>
    /// <param name="value">The value.</param>
    /// <param name="isOfRest">The download is one of the REST interface.</param>
    public static Outcome<DownloadPropertyRow> Set(string name, DownloadValue value, bool isOfRest)
    {
        if (Find(name) is not { Succeeded: true, Value: var row })
            return Find(name).Failure!;
        if (!row.Access.HasFlag(DownloadAccess.Set))
            return new Failure(DO_E_READ_ONLY_PROPERTY, $"The property {row.Id} can be read and not set");
        if (!IsOfKind(row.Kind, value))
            return new Failure(E_INVALIDARG, $"The property {row.Id} is {NameOf(row.Kind)}");
        if (value.Text is { Length: > TextMax })
            return new Failure(E_INVALIDARG, $"The property {row.Id} has {value.Text.Length} characters; {TextMax} are allowed");
        return Check(row.Id, value, isOfRest) is { } bad ? bad : row;
    }

    /// <summary>The row of a property that can be read, or why it cannot.</summary>
    public static Outcome<DownloadPropertyRow> Get(string name)
    {
        var row = Find(name);
        return row.Succeeded && !row.Value.Access.HasFlag(DownloadAccess.Get)
            ? new Failure(DO_E_WRITE_ONLY_PROPERTY, $"The property {row.Value.Id} can be set and not read")
            : row;
    }

    static Outcome<DownloadPropertyRow> Find(string name)
    {
        if (DownloadProperties.Of(name) is not { } row)
            return new Failure(DO_E_UNKNOWN_PROPERTY_ID, $"There is no property '{name}'");
        return row.Home == DownloadHome.Client
            ? new Failure(E_NOTIMPL, $"The property {row.Id} is about calls in the caller's own process: the client library keeps it, and no agent does")
            : row;
    }

    static bool IsOfKind(DownloadValueKind kind, DownloadValue value) => kind switch
    {
        DownloadValueKind.Text or DownloadValueKind.Bytes => value.Text is not null,
        DownloadValueKind.Flag => value.Flag is not null,
        DownloadValueKind.Number32 => value.Number <= uint.MaxValue,
        DownloadValueKind.Number64 => value.Number is not null,
        _ => false,
    };

    static string NameOf(DownloadValueKind kind) => kind switch
    {
        DownloadValueKind.Text => "a string",
        DownloadValueKind.Bytes => "bytes, as a string in base64",
        DownloadValueKind.Flag => "true or false",
        DownloadValueKind.Number32 => "a whole number of 32 bits",
        _ => "a whole number of 64 bits",
    };

    static Failure? Check(DownloadProperty property, DownloadValue value, bool isOfRest) => property switch
    {
        DownloadProperty.Uri => Url(value.Text!),
        DownloadProperty.LocalPath => LocalPath(value.Text!),
        DownloadProperty.DisplayName => JobRules.DisplayName(value.Text),
        DownloadProperty.ContentId when value.Text!.Length is 0 or > JobRules.FileIdMax => new Failure(E_INVALIDARG, $"A content id has 1 to {JobRules.FileIdMax} characters"),
        DownloadProperty.HttpCustomHeaders or DownloadProperty.HttpCustomAuthHeaders => Headers(value.Text!) is { Succeeded: false, Failure: var bad } ? bad : null,
        DownloadProperty.CostPolicy when value.Number > (ulong)DownloadCostPolicy.NoCellular => new Failure(E_INVALIDARG, $"There is no cost policy {value.Number}: 0 to 5 are known"),
        DownloadProperty.NoProgressTimeoutSeconds => Timeout(value.Number!.Value, isOfRest ? RestTimeoutSecondsMin : TimeoutSecondsMin),
        DownloadProperty.TotalSizeBytes when value.Number > long.MaxValue => new Failure(E_INVALIDARG, $"The size {value.Number} is not possible"),
        DownloadProperty.SecurityFlags when !SecurityFlags.AreKnown(value.Number!.Value) =>
            new Failure(E_INVALIDARG, $"The security flags 0x{value.Number:X} hold bits that mean nothing; 0x3301 is all of them"),
        DownloadProperty.SecurityContext => Certificate(value.Text!),
        DownloadProperty.DecryptionInfo => JsonObject(value.Text!, property),
        DownloadProperty.IntegrityCheckInfo => IntegrityProperty.Read(value.Text!, isMandatory: false).Failure,
        _ => null,
    };

    static Failure? Url(string url) => url.Length == 0 || url.Length > JobRules.RemoteNameMax
        ? new Failure(E_INVALIDARG, $"A URL has 1 to {JobRules.RemoteNameMax} characters, and this one has {url.Length}")
        : JobRules.RemoteName(url) is { } bad ? new Failure(INET_E_INVALID_URL, bad.Text) : null;

    static Failure? LocalPath(string path) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(path)
        ? new Failure(E_INVALIDARG, $"The local path '{path}' is not a full path")
        : null;

    static Failure? Timeout(ulong seconds, uint least) => seconds != 0 && seconds < least
        ? new Failure(E_INVALIDARG, $"A no-progress timeout has at least {least} seconds, or is 0 for the default")
        : null;

    /// <summary>Header lines, "name: value" or "name=value", as headers.</summary>
    public static Outcome<IReadOnlyList<Header>> Headers(string lines)
    {
        var headers = new List<Header>();
        foreach (var line in lines.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var end = line.IndexOf(':', StringComparison.Ordinal);
            if (end < 0)
                end = line.IndexOf('=', StringComparison.Ordinal);
            if (end < 0)
                return new Failure(E_INVALIDARG, "Header lines have the form NAME: VALUE, and one has not");
            headers.Add(new Header(line[..end].TrimEnd(), line[(end + 1)..].Trim()));
        }
        return JobRules.Http(new HttpOptions { Headers = headers }) is { } bad ? bad : headers;
    }

    static Failure? JsonObject(string json, DownloadProperty property)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : new Failure(E_INVALIDARG, $"{property} is not a JSON object");
        }
        catch (JsonException e)
        {
            return new Failure(E_INVALIDARG, $"{property} is not JSON: {e.Message}");
        }
    }

    /// <summary>A serialized certificate: elements of number, kind, length and bytes, of which number 32 holds the certificate itself.</summary>
    static Failure? Certificate(string base64)
    {
        const int HeadBytes = 12;
        const uint Encoded = 32;
        const byte DerSequence = 0x30;
        var buffer = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, buffer, out var length))
            return new Failure(E_INVALIDARG, "Bytes are written in base64, and these are not");
        var left = buffer.AsSpan(0, length);
        var isThere = false;
        while (left.Length >= HeadBytes)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(left);
            var bytes = BinaryPrimitives.ReadUInt32LittleEndian(left[8..]);
            if (bytes > left.Length - HeadBytes)
                break;
            isThere |= number == Encoded && bytes > 0 && left[HeadBytes] == DerSequence;
            left = left[(HeadBytes + (int)bytes)..];
        }
        return isThere && left.IsEmpty ? null : new Failure(CRYPT_E_FILE_ERROR, "These bytes are not a serialized certificate");
    }
}
