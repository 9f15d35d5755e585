using System.Net.Http.Headers;
using System.Text;
using Haul.Protocol.Api;

namespace Haul.Engine.Sources;

/// <summary>How the origin is asked for one file.</summary>
/// <param name="Uri">The remote name, without user information.</param>
/// <param name="Options">Headers, credentials, proxy and version as the job's creator gave them.</param>
sealed record OriginRequest(Uri Uri, HttpOptions Options)
{
    /// <summary>The key of everything that is limited per origin host.</summary>
    public string Host => $"{Uri.Scheme}://{Uri.Authority}";

    /// <summary>There are headers for a place that answers 401: the file's own host alone is given them.</summary>
    public bool CanAnswer(Uri target) => Options.AuthHeaders.Count > 0 && IsOfThisHost(target);

    /// <summary>A GET of this file; credentials only where the target is still the host they were given for.</summary>
    /// <param name="target">Where redirects led, or the file's own URL.</param>
    /// <param name="version">Of HTTP.</param>
    /// <param name="isChallenged">The file's own host has answered 401: it is given the headers that are kept for that.</param>
    public HttpRequestMessage Get(Uri target, Version version, bool isChallenged = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target)
        {
            Version = version,
            VersionPolicy = version.Major >= 2 ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionOrHigher,
        };
        if (version.Major < 2)
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.AcceptEncoding.Add(IdentityCoding);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        var sameOrigin = IsOfThisHost(target);
        var answers = isChallenged && sameOrigin ? Options.AuthHeaders : [];
        foreach (var header in Options.Headers)
        {
            if ((sameOrigin || !IsSecret(header.Name)) && !IsAmong(answers, header.Name))
                request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }
        if (sameOrigin && Credentials() is { } credentials && !IsAmong(answers, "Authorization"))
            request.Headers.Authorization = credentials;
        foreach (var header in answers)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return request;
    }

    /// <summary>How another file that belongs to this one is asked for: in the same way, without credentials where it lies on another host.</summary>
    /// <param name="other">Its URL.</param>
    /// <param name="mayLeaveTls">It may come from a place without TLS where a redirect leads there and this file's may.</param>
    public OriginRequest Beside(Uri other, bool mayLeaveTls) => new(other, Options with
    {
        UserName = IsOfThisHost(other) ? Options.UserName : null,
        Password = IsOfThisHost(other) ? Options.Password : null,
        BearerToken = IsOfThisHost(other) ? Options.BearerToken : null,
        Headers = IsOfThisHost(other) ? Options.Headers : [.. Options.Headers.Where(header => !IsSecret(header.Name))],
        AuthHeaders = IsOfThisHost(other) ? Options.AuthHeaders : [],
        AllowSecureToInsecureRedirect = mayLeaveTls && Options.AllowSecureToInsecureRedirect,
    });

    bool IsOfThisHost(Uri target) => Uri.Compare(target, Uri, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    AuthenticationHeaderValue? Credentials()
    {
        if (Options.BearerToken is { } token)
            return new AuthenticationHeaderValue("Bearer", token);
        if (Options.UserName is { } user)
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Options.Password}")));
        return null;
    }

    static bool IsAmong(IReadOnlyList<Header> headers, string name) => headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    static bool IsSecret(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase);

    static readonly StringWithQualityHeaderValue IdentityCoding = new("identity");
    static readonly string UserAgent = $"Haul/{typeof(OriginRequest).Assembly.GetName().Version?.ToString(3)}";
}
