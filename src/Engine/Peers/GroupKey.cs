using System.Buffers.Binary;
using System.Security.Cryptography;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>The secret that makes agents a group, and the names and proofs that come of it. Any thread; its text never shows the key.</summary>
/// <remarks>
/// Everything is HMAC-SHA256 with the key, over statements of which none can be taken for one of another kind. Without a group
/// each content has a key of its own that whoever knows the content's digest can make: <see cref="OpenFor"/>.
/// </remarks>
sealed class GroupKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>Characters of a name.</summary>
    public const int NameMax = 64;

    /// <summary>Bytes of the name of a swarm that all may hear.</summary>
    public const int BlindedBytes = 8;

    const int GroupIdBytes = 16;

    // With which both sides of a connection without a group prove nothing: it is known to all (SHA-256 of "haul1 open").
    static readonly byte[] _everyone = SHA256.HashData("haul1 open"u8);

    readonly byte[] _key;

    /// <param name="name">What people call the group.</param>
    /// <param name="key">32 random bytes.</param>
    /// <param name="transport">How its agents speak.</param>
    public GroupKey(string name, ReadOnlySpan<byte> key, GroupTransport transport)
    {
        if (key.Length != Size)
            throw new ArgumentException($"A key has {Size} bytes, and not {key.Length}.", nameof(key));
        (Name, _key, Transport) = (name, key.ToArray(), transport);
        Members = new MemberKeys(this);
    }

    public string Name { get; }

    public GroupTransport Transport { get; }

    /// <summary>Whose words are known to be those of members.</summary>
    public MemberKeys Members { get; }

    /// <summary>The key itself, for the group's file.</summary>
    public ReadOnlySpan<byte> Secret => _key;

    /// <summary>The public name of the group, for a tracker: 32 digits.</summary>
    public string GroupId => Convert.ToHexStringLower(Mac("haul1 group id"u8).AsSpan(0, GroupIdBytes));

    /// <summary>What an agent shows a tracker to be let in: 64 digits. It is a secret of the group and the tracker.</summary>
    public string TrackerToken => Convert.ToHexStringLower(Mac("haul1 tracker"u8));

    /// <summary>A new group.</summary>
    public static GroupKey Make(string name, GroupTransport transport)
    {
        Span<byte> key = stackalloc byte[Size];
        RandomNumberGenerator.Fill(key);
        return new GroupKey(name, key, transport);
    }

    /// <summary>What stands for a group's key where there is none: who knows the content's digest can name its swarm, and nobody else.</summary>
    public static GroupKey OpenFor(ContentId content)
    {
        Span<byte> bytes = stackalloc byte[ContentId.Size];
        content.Write(bytes);
        return new GroupKey("", SHA256.HashData(bytes), GroupTransport.Tls);
    }

    /// <summary>Why a name is none, or null: it stands on lines and in files, so it is short and has only letters, digits, dots, hyphens and underscores.</summary>
    public static string? NameFault(string name) =>
        name.Length is 0 or > NameMax ? $"a group's name has 1 to {NameMax} characters"
        : name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? null
        : "a group's name has only letters, digits, dots, hyphens and underscores";

    /// <summary>The swarm of a content in this group.</summary>
    public SwarmId SwarmOf(ContentId content)
    {
        Span<byte> statement = stackalloc byte[5 + ContentId.Size];
        "haul1"u8.CopyTo(statement);
        content.Write(statement[5..]);
        return SwarmId.Read(Mac(statement));
    }

    /// <summary>The name of a swarm that is called out for all to hear: it changes with the epoch, and tells outsiders nothing.</summary>
    public ulong BlindedOf(SwarmId swarm, ulong epoch)
    {
        Span<byte> statement = stackalloc byte[sizeof(ulong) + SwarmId.Size];
        BinaryPrimitives.WriteUInt64BigEndian(statement, epoch);
        swarm.Write(statement[sizeof(ulong)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(Mac(statement));
    }

    /// <summary>What members call their group on a day where all may hear it: 8 digits that mean nothing to others.</summary>
    public string TagOf(DateOnly day)
    {
        Span<byte> statement = stackalloc byte[9 + sizeof(int)];
        "haul1 day"u8.CopyTo(statement);
        BinaryPrimitives.WriteInt32BigEndian(statement[9..], day.DayNumber);
        return Convert.ToHexStringLower(Mac(statement).AsSpan(0, 4));
    }

    /// <summary>The tag that shows an agent to be of the group.</summary>
    /// <param name="publicKey">The agent's key; SubjectPublicKeyInfo, DER.</param>
    public byte[] MembershipOf(ReadOnlySpan<byte> publicKey) => MacOf(_key, "haul1 member"u8, publicKey);

    /// <summary>Whether a tag shows an agent to be of the group.</summary>
    public bool IsMember(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> membership) =>
        CryptographicOperations.FixedTimeEquals(MembershipOf(publicKey), membership);

    /// <summary>The MAC of one side of a handshake; without a group one that everybody could make.</summary>
    /// <param name="group">The group, or null.</param>
    /// <param name="role">Which side.</param>
    /// <param name="transcript">What was said before.</param>
    public static byte[] ProofOf(GroupKey? group, ReadOnlySpan<byte> role, ReadOnlySpan<byte> transcript) => MacOf(group?._key ?? _everyone, role, transcript);

    /// <summary>The key of the frames that go one way on a connection without TLS.</summary>
    /// <inheritdoc cref="ProofOf"/>
    public static byte[] FrameKeyOf(GroupKey? group, ReadOnlySpan<byte> role, ReadOnlySpan<byte> transcript)
    {
        var key = new byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, group?._key ?? _everyone, key, transcript, role);
        return key;
    }

    /// <summary>The group's name.</summary>
    public override string ToString() => Name;

    byte[] Mac(ReadOnlySpan<byte> statement) => HMACSHA256.HashData(_key, statement);

    static byte[] MacOf(byte[] key, ReadOnlySpan<byte> words, ReadOnlySpan<byte> rest)
    {
        byte[] statement = [.. words, .. rest];
        return HMACSHA256.HashData(key, statement);
    }
}

/// <summary>How the agents of a group speak with each other.</summary>
enum GroupTransport
{
    /// <summary>TLS 1.3.</summary>
    Tls,

    /// <summary>Nothing is hidden, but frames carry tags: less work where contents are no secret.</summary>
    Plain,
}
