using System.Net;
using Microsoft.AspNetCore.Http;

namespace Haul.Tracker.Addresses;

/// <summary>Whose word counts on where a request came from.</summary>
/// <param name="networks">The proxies that the administrator named.</param>
sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>Proxies in a row: more than any site has. What stands further to the left was written by whoever asked.</summary>
    const int HopsMax = 8;

    /// <summary>Where a request comes from: the connection's other end or, behind trusted proxies, the last address before them.</summary>
    public HostAddress RemoteOf(HttpContext http)
    {
        var remote = http.Connection.RemoteIpAddress ?? IPAddress.IPv6Any;
        return networks.Count == 0 || !IsTrusted(remote) ? HostAddress.Of(remote) : Before(remote, http.Request.Headers["X-Forwarded-For"].ToString());
    }

    /// <summary>Reads the header from the right, as each proxy adds its caller there.</summary>
    internal HostAddress Before(IPAddress proxy, string forwarded)
    {
        var last = proxy;
        var rest = forwarded.AsSpan();
        for (var hop = 0; hop < HopsMax && rest.Length > 0 && IsTrusted(last); hop++)
        {
            var comma = rest.LastIndexOf(',');
            if (!IPAddress.TryParse(rest[(comma + 1)..].Trim(), out var address))
                break;
            last = address;
            rest = comma < 0 ? [] : rest[..comma];
        }
        return HostAddress.Of(last);
    }

    bool IsTrusted(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in networks)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }
}
