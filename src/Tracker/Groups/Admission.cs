using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Haul.Protocol.Contract;
using Haul.Tracker.Announces;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Groups;

/// <summary>Who may announce: the agents of listed groups, which show their group's token, and anyone where the tracker is open.</summary>
/// <param name="groups">The list; null where there is none.</param>
/// <param name="isOpen">Announces without a group are served, in the modes lan and internet.</param>
sealed class Admission(GroupWatch? groups, bool isOpen)
{
    /// <summary>The scheme of the Authorization header.</summary>
    public const string Scheme = "Haul";

    /// <summary>Stands for announces without a group.</summary>
    public static readonly UInt128 Anonymous;

    const int IdDigits = 32;
    const int TokenDigits = 64;

    static readonly byte[] _nobody = new byte[SHA256.HashSizeInBytes];

    /// <summary>The group that a header proves.</summary>
    /// <param name="header">The value of Authorization; empty where there is none.</param>
    public Outcome<UInt128> Admit(ReadOnlySpan<char> header)
    {
        if (header.IsEmpty)
            return isOpen ? Anonymous : new Failure(E_ACCESSDENIED, "This tracker serves its groups only: send Authorization: Haul GROUPID:TOKEN");
        Span<byte> id = stackalloc byte[IdDigits / 2];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var words = WordsOf(header);
        if (words.Length != IdDigits + 1 + TokenDigits || words[IdDigits] != ':' || !HexText.TryRead(words[..IdDigits], id) || !TryHash(words[(IdDigits + 1)..], hash))
            return new Failure(E_ACCESSDENIED, $"The Authorization header is not Haul GROUPID:TOKEN, {IdDigits} and {TokenDigits} hexadecimal digits");

        var group = groups?.Groups.Find(BinaryPrimitives.ReadUInt128BigEndian(id));
        // Unknown groups and wrong tokens take as long and get the same answer: nobody learns which groups there are.
        return CryptographicOperations.FixedTimeEquals(hash, group?.TokenHash ?? _nobody) && group is not null
            ? group.Id
            : new Failure(E_ACCESSDENIED, "The group is not served here, or the token is not its: compare the agent's group key with the tracker's list");
    }

    /// <summary>The id of the group that a header names, in digits, proved or not; null where it names none.</summary>
    public static string? GroupOf(ReadOnlySpan<char> header)
    {
        Span<byte> id = stackalloc byte[IdDigits / 2];
        var words = WordsOf(header);
        return words.Length > IdDigits && words[IdDigits] == ':' && HexText.TryRead(words[..IdDigits], id) ? Convert.ToHexStringLower(id) : null;
    }

    static ReadOnlySpan<char> WordsOf(ReadOnlySpan<char> header) =>
        header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) ? header[(Scheme.Length + 1)..].Trim() : [];

    // Over the digits as they are written, in lower case, so that any tool can make the list: printf %s TOKEN | sha256sum.
    static bool TryHash(ReadOnlySpan<char> token, Span<byte> hash)
    {
        Span<byte> digits = stackalloc byte[TokenDigits];
        if (!HexText.TryRead(token, digits[..(TokenDigits / 2)]) || Ascii.ToLower(token, digits, out _) != OperationStatus.Done)
            return false;
        SHA256.HashData(digits, hash);
        return true;
    }

    /// <summary>Why an announce of a group, or of none, may not have its swarms; null where it may.</summary>
    public static Failure? Forbid(Announce announce)
    {
        if (announce.Group != Anonymous)
            return null;
        foreach (ref readonly var swarm in announce.Swarms)
        {
            if (swarm.Mode == PeerMode.Group)
                return new Failure(E_ACCESSDENIED, "Mode group is for agents that prove their group: send Authorization: Haul GROUPID:TOKEN, or announce in mode lan or internet");
        }
        return null;
    }
}
