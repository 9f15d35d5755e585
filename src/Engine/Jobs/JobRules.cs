using Haul.Engine.Pieces;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>What may stand in a job: lengths, URLs, ranges, properties. Pure.</summary>
static class JobRules
{
    public const int DisplayNameMax = 256;
    public const int DescriptionMax = 1024;
    public const int RemoteNameMax = 2200;
    public const int FileIdMax = 256;
    public const int HeadersMax = 64;
    public const int HeaderCharactersMax = 8 << 10;
    public const int CaPemMax = 1 << 20;

    /// <summary>The slowest limit that is accepted, so that a limited connection is not taken for a stalled one.</summary>
    public const long BytesPerSecondMin = 1 << 10;

    public static Failure? DisplayName(string? name) => name switch
    {
        null or "" => new Failure(E_INVALIDARG, "A job needs a display name"),
        { Length: > DisplayNameMax } => new Failure(E_INVALIDARG, $"The display name has {name.Length} characters; {DisplayNameMax} are allowed"),
        _ => null,
    };

    public static Failure? Change(JobChange change)
    {
        if (change.DisplayName is { } name && DisplayName(name) is { } bad)
            return bad;
        if (change.Description is { Length: > DescriptionMax } text)
            return new Failure(BG_E_STRING_TOO_LONG, $"The description has {text.Length} characters; {DescriptionMax} are allowed");
        if (change.Priority is { } priority && !Enum.IsDefined(priority))
            return new Failure(E_NOTIMPL, $"There is no priority {(int)priority}: use Foreground, High, Normal or Low");
        if (change.NotifyFlags is { } flags && ((int)flags & ~0x3F) != 0)
            return new Failure(E_NOTIMPL, $"Notify flags 0x{(int)flags:X} hold bits that mean nothing; 0x3F is all of them");
        return null;
    }

    public static Failure? File(AddFile? file, Policy policy)
    {
        if (file is null)
            return new Failure(E_INVALIDARG, "A file is null; name its remote name and its local name");
        if (RemoteName(file.RemoteName) is { } badName)
            return badName;
        if (string.IsNullOrEmpty(file.LocalName))
            return new Failure(E_INVALIDARG, "The local name is empty");
        if (!Path.IsPathFullyQualified(file.LocalName) || file.LocalName.Contains('\0', StringComparison.Ordinal))
            return new Failure(E_INVALIDARG, $"The local name '{file.LocalName}' is not a full path");
        if (file.FileId is { Length: 0 or > FileIdMax })
            return new Failure(E_INVALIDARG, $"A file id has 1 to {FileIdMax} characters");
        if (file.Digest is { } digest && Digest.Parse(digest) is null)
            return new Failure(E_INVALIDARG, $"The digest '{digest}' is not of the form sha256:HEX (64 digits) or sha512:HEX (128 digits)");
        if (file.FileSize != ByteRange.UnknownSize && file.FileSize > long.MaxValue)
            return new Failure(E_INVALIDARG, $"The file size {file.FileSize} is not possible");
        return Ranges(file.Ranges, policy) ?? Http(file.Http) ?? IntegrityRules.Refuse(file.Integrity, file.Http);
    }

    /// <summary>An http or https URL, not too long (contract, section 6.5).</summary>
    public static Failure? RemoteName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > RemoteNameMax)
            return new Failure(E_INVALIDARG, $"A remote name has 1 to {RemoteNameMax} characters, and this one has {name?.Length ?? 0}");
        if (!Uri.TryCreate(name, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0
            || !name.StartsWith($"{uri.Scheme}://", StringComparison.OrdinalIgnoreCase))
        {
            return new Failure(E_INVALIDARG, $"'{WithoutUserInformation(name)}' is not an http or https URL");
        }
        return null;
    }

    /// <summary>Validity and overlap (contract, section 6.11): compared as given, ordered by offset only, duplicates refused.</summary>
    public static Failure? Ranges(IReadOnlyList<ByteRange> ranges, Policy policy)
    {
        if (ranges.Count > policy.RangesPerFileMax)
            return new Failure(BG_E_TOO_MANY_RANGES_IN_FILE, $"The file has {ranges.Count} ranges; {policy.RangesPerFileMax} are allowed");
        foreach (var (offset, length) in ranges)
        {
            if (length == 0 || offset == ByteRange.ToEndOfFile || offset > long.MaxValue
                || (length != ByteRange.ToEndOfFile && (length > long.MaxValue || offset + length > long.MaxValue)))
            {
                return new Failure(DO_E_INVALID_RANGE, $"The range at {offset} of length {length} is not possible: a length is not 0, and the end lies within 2^63");
            }
        }
        var sorted = ranges.OrderBy(range => range.Offset).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            var (offset, length) = sorted[i - 1];
            if (length == ByteRange.ToEndOfFile || offset + length > sorted[i].Offset)
                return new Failure(DO_E_OVERLAPPING_RANGES, $"The ranges at {offset} and {sorted[i].Offset} overlap");
        }
        return null;
    }

    /// <summary>How a server is asked.</summary>
    public static Failure? Http(HttpOptions? http)
    {
        if (http is null)
            return null;
        if ((Headers(http.Headers) ?? Headers(http.AuthHeaders)) is { } badHeader)
            return badHeader;
        if (http.CaPem is { Length: > CaPemMax })
            return new Failure(E_INVALIDARG, $"The certificate authorities are more than {CaPemMax} characters");
        if (http.BytesPerSecondMax is < 0 or (> 0 and < BytesPerSecondMin))
            return new Failure(E_INVALIDARG, $"A rate limit is at least {BytesPerSecondMin} bytes per second, or 0 for none");
        if (http.IpVersion is not (0 or 4 or 6))
            return new Failure(E_INVALIDARG, $"There is no IP version {http.IpVersion}: use 4, 6, or 0 for both");
        if (http.HttpVersion is not (null or "1.1" or "2"))
            return new Failure(E_INVALIDARG, $"The HTTP version '{http.HttpVersion}' is not known: use 1.1 or 2");
        if (http.ConnectionsMax < 0)
            return new Failure(E_INVALIDARG, "A number of connections is not negative");
        return null;
    }

    static Failure? Headers(IReadOnlyList<Header> headers)
    {
        // Types promise that nothing is null, but what was read from JSON keeps no promise.
        if (headers.Any(h => h is null or { Name: null } or { Value: null }))
            return new Failure(E_INVALIDARG, "A request header has a name and a value, and one of these has not");
        if (headers.Count > HeadersMax || headers.Sum(h => h.Name.Length + h.Value.Length) > HeaderCharactersMax)
            return new Failure(E_INVALIDARG, $"Too many request headers: {HeadersMax} of {HeaderCharactersMax} characters together are allowed");
        if (headers.FirstOrDefault(h => !IsToken(h.Name) || h.Value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) is { } bad)
            return new Failure(E_INVALIDARG, $"The request header '{bad.Name}' is not a name and one line of value");
        return headers.FirstOrDefault(h => Reserved.Contains(h.Name)) is { } reserved
            ? new Failure(E_INVALIDARG, $"The request header {reserved.Name} is Haul's own and cannot be set")
            : null;
    }

    /// <summary>A URL as it may be shown: user name and password are secrets.</summary>
    public static string WithoutUserInformation(string remoteName)
    {
        // A backslash is as good as a slash to those who read URLs.
        var scheme = remoteName.IndexOf(':', StringComparison.Ordinal);
        if (scheme < 0 || scheme + 3 > remoteName.Length || remoteName.AsSpan(scheme + 1, 2).IndexOfAnyExcept('/', '\\') >= 0)
            return remoteName;
        var end = remoteName.AsSpan(scheme + 3).IndexOfAny("/\\?#");
        var authority = end < 0 ? remoteName.AsSpan(scheme + 3) : remoteName.AsSpan(scheme + 3, end);
        var at = authority.LastIndexOf('@');
        return at < 0 ? remoteName : string.Concat(remoteName.AsSpan(0, scheme + 3), remoteName.AsSpan(scheme + 3 + at + 1));
    }

    /// <summary>The same file with user name and password out of its URL and among the options, which are sealed at rest.</summary>
    public static AddFile WithSecretsApart(AddFile file)
    {
        var user = new Uri(file.RemoteName).UserInfo;
        if (user.Length == 0)
            return file;
        var parts = user.Split(':', 2);
        var http = file.Http ?? new HttpOptions();
        return file with
        {
            RemoteName = WithoutUserInformation(file.RemoteName),
            Http = http.UserName is not null ? http : http with
            {
                UserName = Uri.UnescapeDataString(parts[0]),
                Password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "",
            },
        };
    }

    static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Range", "If-Range", "Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "TE", "Upgrade", "Expect",
    };
}
