using System.Collections.Concurrent;
using System.Security.Cryptography;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>The keys of members that have signed something, each read and found to be of the group once: after that a word costs no more than the check of its signature. Any thread.</summary>
sealed class MemberKeys(GroupKey group)
{
    /// <summary>Keys that are remembered: whoever makes up members without end makes them be read anew, and no more.</summary>
    const int CountMax = 1024;

    readonly ConcurrentDictionary<PeerId, Member> _members = [];

    /// <summary>Whether a member of the group signed a statement.</summary>
    /// <param name="publicKey">Who signed; SubjectPublicKeyInfo, DER.</param>
    /// <param name="membership">What shows that this is a member.</param>
    /// <param name="statement">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool Signed(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> membership, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        var id = PeerId.Of(publicKey);
        if (!_members.TryGetValue(id, out var member))
        {
            if (!group.IsMember(publicKey, membership) || PeerKey.Read(publicKey) is not { } key)
                return false;
            if (_members.Count >= CountMax)
                _members.Clear();
            member = _members.GetOrAdd(id, new Member(membership.ToArray(), key));
        }
        return member.Signed(membership, statement, signature);
    }

    // Those that were let go are disposed of with the last use of them.
    sealed class Member(byte[] membership, ECDsa key)
    {
        public bool Signed(ReadOnlySpan<byte> shown, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
        {
            if (!CryptographicOperations.FixedTimeEquals(shown, membership))
                return false;
            lock (key)
                return PeerKey.Signed(key, statement, signature);
        }
    }
}
