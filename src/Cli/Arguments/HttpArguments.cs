using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>The options that say how the server is asked: those of get and add.</summary>
sealed class HttpArguments
{
    public const string PasswordVariable = "HAUL_PASSWORD";
    public const string BearerVariable = "HAUL_BEARER";

    public HttpArguments(Command command)
    {
        foreach (var option in new Option[] { Headers, AuthHeaders, User, Bearer, LimitRate, Proxy, CaCert, Connections, Http2, Ipv4, Ipv6, InsecureRedirect })
            command.Options.Add(option);
        command.Validators.Add(Check);
    }

    Option<Header[]> Headers { get; } = new("--header", "-H")
    {
        HelpName = "'NAME: VALUE'",
        Description = "Send this request header to the hosts of the URLs. May be given again.",
        CustomParser = Parsed.ManyObjects(HeaderText.Parse, "is not a header: write a name, a colon and a value"),
    };

    Option<Header[]> AuthHeaders { get; } = new("--auth-header")
    {
        HelpName = "'NAME: VALUE'",
        Description = "Send this request header once the host of the URL has answered 401, and not before. May be given again.",
        CustomParser = Parsed.ManyObjects(HeaderText.Parse, "is not a header: write a name, a colon and a value"),
    };

    Option<string?> User { get; } = new("--user")
    {
        HelpName = "NAME[:PASSWORD]",
        Description = "Log in with basic authentication. Without PASSWORD it is taken from HAUL_PASSWORD or asked for on the terminal.",
    };

    Option<string?> Bearer { get; } = new("--bearer") { HelpName = "TOKEN", Description = "Log in with a bearer token. Default: HAUL_BEARER, where it is set." };

    Option<long?> LimitRate { get; } = new("--limit-rate")
    {
        HelpName = "RATE",
        Description = "Bytes per second for each file at most, as in 500k or 2MiB. Default: no limit.",
        CustomParser = Parsed.Struct(text => Quantity.Rate(text), "is not a rate: write bytes per second, as in 500k or 2M"),
    };

    Option<string?> Proxy { get; } = new("--proxy") { HelpName = "URL|none", Description = "Go through this proxy, or through none. Default: what http_proxy, https_proxy and no_proxy say." };

    Option<string?> CaCert { get; } = new("--cacert") { HelpName = "PEM", Description = "Trust the certificate authorities of the file PEM and no other. Default: the system's." };

    Option<int?> Connections { get; } = new("--connections")
    {
        HelpName = "N",
        Description = "Connections for each file at most. Default: as many as make it faster, within the limit for each host.",
        CustomParser = Parsed.Struct<int>(text => Quantity.Bytes(text) is > 0 and <= 1000 and var count ? (int)count : null, "is not a number of connections: write 1 or more"),
    };

    Option<bool> Http2 { get; } = new("--http2") { Description = "Ask in HTTP/2. Default: HTTP/1.1, which carries bulk faster." };

    Option<bool> Ipv4 { get; } = new("--ipv4", "-4") { Description = "Use IPv4 only." };

    Option<bool> Ipv6 { get; } = new("--ipv6", "-6") { Description = "Use IPv6 only." };

    Option<bool> InsecureRedirect { get; } = new("--allow-insecure-redirect") { Description = "Follow a redirect from https to http. Without it, that is an error." };

    void Check(CommandResult result)
    {
        if (result.GetValue(Ipv4) && result.GetValue(Ipv6))
            result.AddError("-4 and -6 exclude each other; without both, either is used");
        if (result.GetValue(User) is not null && result.GetValue(Bearer) is not null)
            result.AddError("Use either --user or --bearer");
        if (result.GetValue(User) is { } user && user.StartsWith(':'))
            result.AddError("--user needs a name in front of the colon");
    }

    /// <summary>True when the command line itself holds a secret, so that it must not be shown again.</summary>
    public bool HoldsSecret(ParseResult parse) =>
        parse.GetValue(User)?.Contains(':', StringComparison.Ordinal) == true || parse.GetValue(Bearer) is not null
        || parse.GetValue(Headers) is { Length: > 0 } || parse.GetValue(AuthHeaders) is { Length: > 0 } || parse.GetValue(Proxy)?.Contains('@', StringComparison.Ordinal) == true;

    /// <summary>The options as the protocol has them. Asks for a missing password.</summary>
    public Outcome<HttpOptions> Read(ParseResult parse)
    {
        var user = parse.GetValue(User)?.Split(':', 2);
        var password = user is [_, var given] ? given : user is null ? null : Environment.GetEnvironmentVariable(PasswordVariable) ?? PasswordPrompt.Ask(user[0]);
        if (user is not null && password is null)
            return new Failure(HResults.E_INVALIDARG, $"The password of {user[0]} is missing: set {PasswordVariable}, or run on a terminal to be asked");
        string? authorities = null;
        if (parse.GetValue(CaCert) is { } path)
        {
            var read = ReadAuthorities(path);
            if (!read.Succeeded)
                return read.Failure;
            authorities = read.Value;
        }
        return new HttpOptions
        {
            Headers = parse.GetValue(Headers) ?? [],
            AuthHeaders = parse.GetValue(AuthHeaders) ?? [],
            UserName = user?[0],
            Password = password,
            BearerToken = user is null ? TokenOf(parse) : null,
            BytesPerSecondMax = parse.GetValue(LimitRate) ?? 0,
            Proxy = parse.GetValue(Proxy),
            CaPem = authorities,
            ConnectionsMax = parse.GetValue(Connections) ?? 0,
            HttpVersion = parse.GetValue(Http2) ? "2" : null,
            IpVersion = parse.GetValue(Ipv4) ? 4 : parse.GetValue(Ipv6) ? 6 : 0,
            AllowSecureToInsecureRedirect = parse.GetValue(InsecureRedirect),
        };
    }

    string? TokenOf(ParseResult parse) =>
        (parse.GetValue(Bearer) ?? Environment.GetEnvironmentVariable(BearerVariable)) is { Length: > 0 } token ? token : null;

    internal static Outcome<string> ReadAuthorities(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(text);
            var count = authorities.Count;
            foreach (var authority in authorities)
                authority.Dispose();
            return count > 0 ? text : new Failure(HResults.E_INVALIDARG, $"There is no certificate in {path}: give a PEM file, with BEGIN CERTIFICATE");
        }
        catch (CryptographicException e)
        {
            return new Failure(HResults.E_INVALIDARG, $"The certificate authorities {path} are not PEM: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Failure(HResults.E_INVALIDARG, $"The certificate authorities {path} cannot be read: {e.Message}");
        }
    }
}
