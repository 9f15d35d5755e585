using System.Security.Cryptography;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Watches;

/// <summary>A placed file has exactly the wanted bytes of one version of its content, and never another digest than the expected one.</summary>
sealed class PlacedWatch
{
    readonly SimWorld _world;
    readonly Dictionary<string, SimWish> _wishes = [];
    readonly HashSet<string> _placed = [];

    public PlacedWatch(SimWorld world)
    {
        _world = world;
        world.Volume.Placed = Look;
    }

    /// <summary>A program wants a file there.</summary>
    public void Expect(SimWish wish) => _wishes.Add(wish.LocalName, wish);

    public bool IsPlaced(string localName) => _placed.Contains(localName);

    void Look(string localName, SimInode inode)
    {
        _world.Trace.Say($"placed {localName}, {inode.Length} bytes");
        _placed.Add(localName);
        if (Refusal(localName, inode) is { } wrong)
            _world.Break($"{localName} was placed: {wrong}");
    }

    /// <summary>Looks at everything once more: what was placed stays as it was.</summary>
    public void LookAgain()
    {
        foreach (var name in _placed)
        {
            if (_world.Volume.Find(name) is not { } inode)
                _world.Break($"{name} was placed and is gone");
            else if (Refusal(name, inode) is { } wrong)
                _world.Break($"{name} was placed, and now {wrong}");
        }
    }

    /// <summary>What is wrong with the bytes of a file; null where they are as they must be.</summary>
    public string? Refusal(string localName, SimInode inode)
    {
        if (!_wishes.TryGetValue(localName, out var wish))
            return "nobody wanted it";
        if (wish.Sha256 is { } digest && Convert.ToHexStringLower(SHA256.HashData(inode.Bytes)) != digest)
            return "it has another digest than expected";
        foreach (var version in wish.Remotes.SelectMany(content => content.Versions))
        {
            if (wish.Matches(version, inode.Bytes))
                return null;
        }
        return $"its {inode.Length} bytes are of no version that {string.Join(" or ", wish.Remotes.Select(content => content.Url))} ever had";
    }
}
