using System.Text.RegularExpressions;
using Haul.Engine.Peers;
using Haul.Engine.Swarms;
using Haul.UnitTests.Guards;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>The bytes on docs/peer-protocol.md, held against the code both ways.</summary>
public sealed partial class PeerProtocolPageTests
{
    static readonly string _page = Repository.Read("docs/peer-protocol.md");

    static readonly Dictionary<string, string> _examples = Example().Matches(_page)
        .ToDictionary(match => match.Groups[1].Value, match => Blank().Replace(match.Groups[2].Value, ""));

    public static TheoryData<string> Kinds => [.. Enum.GetNames<PeerMessageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_example_of_a_message_is_what_is_written_and_read(string name)
    {
        var kind = Enum.Parse<PeerMessageKind>(name);
        var frame = Convert.FromHexString(_examples[name.ToUpperInvariant()]);
        var payload = kind == PeerMessageKind.Data ? 3 : 0;

        var written = new byte[PeerCodec.SizeOf(PeerExamples.All[kind])];
        Assert.Equal(written.Length, PeerCodec.Write(PeerExamples.All[kind], written, payload));
        Assert.Equal(Convert.ToHexStringLower(frame), Convert.ToHexStringLower(written));

        var head = PeerFrame.Read(frame.AsSpan(0, PeerFrame.HeadBytes), isSealed: false);
        Assert.Equal(new PeerFrame(kind, frame.Length - PeerFrame.HeadBytes, payload), head.Value);
        var read = PeerCodec.Read(head.Value, frame.AsSpan(PeerFrame.HeadBytes));
        Assert.Null(read.Failure);
        var again = new byte[frame.Length];
        PeerCodec.Write(read.Value!, again, payload);
        Assert.Equal(frame, again);
    }

    [Fact]
    public void Every_example_is_of_a_message() =>
        Assert.Equal(Enum.GetNames<PeerMessageKind>().Select(name => name.ToUpperInvariant()).Order(StringComparer.Ordinal), _examples.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Each_message_has_the_type_that_its_heading_says() =>
        Assert.Equal(Enum.GetValues<PeerMessageKind>().Select(kind => $"{kind.ToString().ToUpperInvariant()}, type {(byte)kind}"), Heading().Matches(_page).Select(match => match.Groups[1].Value));

    [Fact]
    public void The_names_of_the_example_come_of_its_key()
    {
        var names = Names().Match(_page).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  ", 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        using var agent = PeerExamples.Identity(1);
        var group = new GroupKey("office", Convert.FromHexString(names["key"]), GroupTransport.Tls);
        var content = new byte[ContentId.Size];
        PeerExamples.Content.Write(content);
        var swarm = group.SwarmOf(PeerExamples.Content);

        Assert.Equal(names["content"], Convert.ToHexStringLower(content));
        Assert.Equal(names["swarm"], swarm.ToString());
        Assert.Equal(names["blinded"], group.BlindedOf(swarm, epoch: 20).ToString("x16", null));
        Assert.Equal(names["group"], group.GroupId);
        Assert.Equal(names["token"], group.TrackerToken);
        Assert.Equal(names["member"], Convert.ToHexStringLower(group.MembershipOf(agent.PublicKey)));
        Assert.Equal(names["open swarm"], GroupKey.OpenFor(PeerExamples.Content).SwarmOf(PeerExamples.Content).ToString());
    }

    [Fact]
    public void The_file_of_the_example_is_read()
    {
        var read = GroupFile.Parse(System.Text.Encoding.UTF8.GetBytes(File().Match(_page).Groups[1].Value), "the page");

        Assert.Equal(("office", GroupTransport.Tls, Convert.ToHexString(PeerExamples.Run(0, 32))), (read.Value?.Name, read.Value?.Transport, Convert.ToHexString(read.Value!.Secret)));
    }

    [GeneratedRegex("^```hex (\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^```names\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Names();

    [GeneratedRegex("^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex File();

    [GeneratedRegex("^### ([A-Z]+, type \\d+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s")]
    private static partial Regex Blank();
}
