using System.Security.Cryptography;
using System.Text;
using Haul.Engine.Peers;

namespace Haul.SimulationTests.Sites;

/// <summary>Key pairs of agents that are the same in every run: by their ids it is decided who fetches what.</summary>
static class SiteIdentities
{
    const int Count = 256;

    /// <summary>A small site draws from these alone.</summary>
    const int FewCount = 32;

    static readonly Lazy<PeerIdentity[]> _all = new(() => [.. Enumerable.Range(0, Count).Select(Make)]);

    /// <summary>So many, none twice.</summary>
    public static PeerIdentity[] Draw(Random die, int count)
    {
        var all = _all.Value[..(count > FewCount ? Count : FewCount)];
        die.Shuffle(all);
        return all[..count];
    }

    static PeerIdentity Make(int number) => PeerIdentity.Of(ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = SHA256.HashData(Encoding.ASCII.GetBytes($"agent {number}")),
    }));
}
