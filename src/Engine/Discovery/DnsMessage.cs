namespace Haul.Engine.Discovery;

/// <summary>One message of multicast DNS: what is asked, or what is said (RFC 6762, section 18).</summary>
/// <param name="Id">Zero, but for those who ask from another port than that of multicast DNS.</param>
/// <param name="IsAnswer">False for a question.</param>
/// <param name="IsTruncated">Of a question: more known answers follow in another message.</param>
/// <param name="Questions">What is asked.</param>
/// <param name="Answers">What is said; in a question, what its sender knows already.</param>
/// <param name="Authorities">In a probe, what its sender wants to say of the name.</param>
/// <param name="Additionals">What the asker will want to know next.</param>
sealed record DnsMessage(
    ushort Id, bool IsAnswer, bool IsTruncated, IReadOnlyList<DnsQuestion> Questions, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<DnsRecord> Authorities, IReadOnlyList<DnsRecord> Additionals)
{
    /// <summary>Bytes of the longest message that is read (RFC 6762, section 17).</summary>
    public const int SizeMax = 9000;

    /// <summary>Records and questions of one message: more than fit into <see cref="SizeMax"/> with names of ten bytes.</summary>
    public const int EntriesMax = 450;

    /// <summary>A question that knows and proposes nothing.</summary>
    public static DnsMessage Question(params IReadOnlyList<DnsQuestion> questions) => new(0, false, false, questions, [], [], []);

    /// <summary>An answer that answers no question in particular.</summary>
    public static DnsMessage Answer(IReadOnlyList<DnsRecord> answers, IReadOnlyList<DnsRecord> additionals) => new(0, true, false, [], answers, [], additionals);
}

/// <summary>What is asked of a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">Which records; may be <see cref="DnsType.Any"/>.</param>
/// <param name="WantsUnicast">The asker would rather have the answer alone.</param>
sealed record DnsQuestion(DnsName Name, DnsType Type, bool WantsUnicast = false);

/// <summary>The types of records that are read and written; others are passed over.</summary>
enum DnsType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name that another one points at.</summary>
    Ptr = 12,

    /// <summary>Short texts.</summary>
    Txt = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>The host and port of a service.</summary>
    Srv = 33,

    /// <summary>In questions alone: all types.</summary>
    Any = 255,
}
