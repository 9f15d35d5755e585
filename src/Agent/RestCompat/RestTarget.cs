using System.Globalization;
using System.Text;

namespace Haul.Agent.RestCompat;

/// <summary>A request's target, taken apart: an operation below "download", and parameters.</summary>
/// <param name="Operation">In lower case.</param>
/// <param name="Query">What stands behind the first question mark.</param>
readonly record struct RestTarget(string Operation, string Query)
{
    const string Folder = "download/";

    /// <summary>The names of all parameters.</summary>
    static readonly string[] Names = ["Id", "Uri", "DownloadFilePath", "NoProgressTimeoutSeconds", "PropertyKey"];

    /// <summary>Takes a target apart; null where its path is not of two parts, the first of which is "download". A slash more in front
    /// or behind does not matter, nor does case.</summary>
    public static RestTarget? Parse(string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = (question < 0 ? target : target[..question]).ToLowerInvariant();
        var from = path.StartsWith('/') ? 1 : 0;
        var to = path.Length > from && path.EndsWith('/') ? path.Length - 1 : path.Length;
        path = path[from..to];
        if (!path.StartsWith(Folder, StringComparison.Ordinal) || path.Length == Folder.Length || path.LastIndexOf('/') >= Folder.Length)
            return null;
        return new RestTarget(path[Folder.Length..], question < 0 ? "" : target[(question + 1)..]);
    }

    /// <summary>The parameters by their own names, decoded; null where one is not known or cannot be decoded. What has no equals sign is
    /// none; of several with one name the last counts; a plus is a plus.</summary>
    public Dictionary<string, string>? Parameters()
    {
        var parameters = new Dictionary<string, string>(Names.Length, StringComparer.Ordinal);
        foreach (var part in Query.Split('&'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            var name = Array.Find(Names, one => part.AsSpan(0, equals).Equals(one, StringComparison.OrdinalIgnoreCase));
            if (name is null || Decode(part.AsSpan(equals + 1)) is not { } value)
                return null;
            parameters[name] = value;
        }
        return parameters;
    }

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static string? Decode(ReadOnlySpan<char> text)
    {
        if (!text.Contains('%'))
            return text.ToString();
        var bytes = new byte[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes[count++] = (byte)text[i];
                continue;
            }
            if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[count++]))
                return null;
            i += 2;
        }
        try
        {
            return StrictUtf8.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
