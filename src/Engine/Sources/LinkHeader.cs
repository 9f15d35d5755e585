using System.Globalization;

namespace Haul.Engine.Sources;

/// <summary>One link that an answer names beside its content (RFC 8288), as Metalink/HTTP uses them (RFC 6249).</summary>
/// <param name="Target">Where it leads, in full.</param>
/// <param name="Relation">What is there: duplicate for a mirror, describedby for a description.</param>
/// <param name="MediaType">What kind of file is there, where that was said.</param>
/// <param name="Priority">Of a mirror: lower ones are to be asked first; 999999 where nothing was said, as RFC 6249, section 3.1 has it.</param>
/// <param name="Country">Of a mirror: where it stands, as two letters.</param>
sealed record LinkHeader(Uri Target, string Relation, string? MediaType, int Priority, string? Country)
{
    /// <summary>Characters of all Link headers of an answer that are looked at: those of fifty mirrors.</summary>
    public const int TextMax = 16_384;

    /// <summary>Links that are kept; mirror networks name twenty.</summary>
    public const int LinksMax = 64;

    const int LastPriority = 999_999;

    /// <summary>The media type of Metalinks (RFC 5854).</summary>
    const string Metalink = "application/metalink4+xml";

    /// <summary>The URL of a Metalink that describes the content of an answer; null where none is named that may be followed.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="from">Where it came from in the end.</param>
    /// <remarks>A description from elsewhere is taken by TLS only, and never by less than the content came by.</remarks>
    public static Uri? DescribedBy(HttpResponseMessage response, Uri from) =>
        Of(response, from).FirstOrDefault(link => link.Relation == "describedby" && Metalink.Equals(link.MediaType, StringComparison.OrdinalIgnoreCase) && MayFollow(link.Target, from))?.Target;

    /// <summary>The links of an answer, in their order; what cannot be read ends them.</summary>
    public static IReadOnlyList<LinkHeader> Of(HttpResponseMessage response, Uri from) =>
        response.Headers.NonValidated.TryGetValues("Link", out var values) ? Read(string.Join(',', values), from) : [];

    /// <summary>Reads the text of Link headers.</summary>
    /// <param name="text">The values, with commas between.</param>
    /// <param name="from">What relative targets are relative to.</param>
    public static IReadOnlyList<LinkHeader> Read(string text, Uri from)
    {
        var links = new List<LinkHeader>();
        var rest = text.Length <= TextMax ? text.AsSpan() : [];
        while (links.Count < LinksMax && NextTarget(ref rest) is { } target)
        {
            var parameters = Parameters(ref rest);
            if (parameters is null)
                break;
            // Of the same parameter twice, the first counts. A link of something else than this content is not for us.
            if (!Uri.TryCreate(from, target, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || parameters.ContainsKey("anchor"))
                continue;
            foreach (var relation in parameters.GetValueOrDefault("rel", "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(LinksMax - links.Count))
                links.Add(new LinkHeader(uri, relation.ToLowerInvariant(), parameters.GetValueOrDefault("type"), PriorityOf(parameters), CountryOf(parameters)));
        }
        return links;
    }

    static bool MayFollow(Uri target, Uri from) =>
        target.Scheme == "https" || (from.Scheme == "http" && target.IdnHost.Equals(from.IdnHost, StringComparison.OrdinalIgnoreCase) && target.Port == from.Port);

    static int PriorityOf(Dictionary<string, string> parameters) =>
        parameters.TryGetValue("pri", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < LastPriority ? number : LastPriority;

    static string? CountryOf(Dictionary<string, string> parameters) =>
        parameters.TryGetValue("geo", out var text) && text.Length == 2 && text.All(char.IsAsciiLetter) ? text.ToLowerInvariant() : null;

    // Up to behind its angle bracket; null at the end, and where something else stands.
    static string? NextTarget(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" \t,");
        var end = rest.IndexOf('>');
        if (rest.Length == 0 || rest[0] != '<' || end < 0)
            return null;
        var target = rest[1..end].Trim().ToString();
        rest = rest[(end + 1)..];
        return target;
    }

    // Up to the comma before the next link; null where they break off.
    static Dictionary<string, string>? Parameters(ref ReadOnlySpan<char> rest)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            rest = rest.TrimStart(" \t");
            if (rest.Length == 0 || rest[0] == ',')
                return found;
            if (rest[0] != ';')
                return null;
            rest = rest[1..].TrimStart(" \t");
            var length = rest.IndexOfAny("=;, \t");
            var name = (length < 0 ? rest : rest[..length]).ToString();
            rest = (length < 0 ? [] : rest[length..]).TrimStart(" \t");
            var value = "";
            if (rest.Length > 0 && rest[0] == '=' && (value = Value(ref rest)) is null)
                return null;
            found.TryAdd(name, value);
        }
    }

    static string? Value(ref ReadOnlySpan<char> rest)
    {
        rest = rest[1..].TrimStart(" \t");
        if (rest.Length == 0 || rest[0] != '"')
        {
            var length = rest.IndexOfAny(";, \t");
            var token = (length < 0 ? rest : rest[..length]).ToString();
            rest = length < 0 ? [] : rest[length..];
            return token;
        }
        var value = new System.Text.StringBuilder();
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '"')
            {
                rest = rest[(at + 1)..];
                return value.ToString();
            }
            if (rest[at] == '\\' && ++at == rest.Length)
                break;
            value.Append(rest[at]);
        }
        return null;
    }
}
