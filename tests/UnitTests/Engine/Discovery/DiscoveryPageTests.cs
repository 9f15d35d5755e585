using System.Net;
using System.Text.RegularExpressions;
using Haul.Engine.Discovery;
using Haul.Engine.Swarms;
using Haul.UnitTests.Guards;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>The bytes and numbers on docs/discovery.md, held against the code.</summary>
public sealed partial class DiscoveryPageTests
{
    const ulong Epoch = 492_325;

    static readonly string _page = Repository.Read("docs/discovery.md");
    static readonly PeerId _one = new(UInt128.Parse("00112233445566778899aabbccddeeff", System.Globalization.NumberStyles.HexNumber, null));
    static readonly PeerId _other = new(UInt128.Parse("ffeeddccbbaa99887766554433221100", System.Globalization.NumberStyles.HexNumber, null));

    static readonly Dictionary<string, byte[]> _written = new()
    {
        ["ANNOUNCEMENT"] = DnsWriter.Write(DnsMessage.Answer(new PresenceRecords(_one, 7690) { Tag = "0badcafe" }.On(MdnsRig.Lan), [])),
        ["QUESTION"] = DnsWriter.Write(DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr))),
        ["WANT"] = new ContentDatagram(ContentDatagramType.Want, _one, 7690, Epoch, [0x0123456789abcdef, 0xfedcba9876543210]).Write(),
        ["HAVE"] = new ContentDatagram(ContentDatagramType.Have, _other, 7689, Epoch, [0xfedcba9876543210]).Write(),
    };

    [Theory]
    [InlineData("ANNOUNCEMENT")]
    [InlineData("QUESTION")]
    [InlineData("WANT")]
    [InlineData("HAVE")]
    public void An_example_is_what_is_written(string name) => Assert.Equal(Convert.ToHexStringLower(_written[name]), Convert.ToHexStringLower(Examples()[name]));

    [Fact]
    public void There_are_no_other_examples() => Assert.Equal(_written.Keys.Order(), Examples().Keys.Order());

    [Fact]
    public void The_announcement_is_read_as_it_was_meant()
    {
        var records = DnsReader.Read(Examples()["ANNOUNCEMENT"])!.Answers;

        Assert.Equal([DnsType.Ptr, DnsType.Ptr, DnsType.Srv, DnsType.Txt, DnsType.A], records.Select(record => record.Type));
        Assert.Equal(IPAddress.Parse("192.168.1.10"), records.OfType<AddressRecord>().Single().Address);
    }

    [Fact]
    public void The_hour_is_the_one_that_stands_beside_it() =>
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero), DateTimeOffset.FromUnixTimeSeconds((long)Epoch * 3600));

    [Fact]
    public void Groups_and_ports_stand_on_the_page()
    {
        foreach (var channel in new[] { LanChannels.Presence, LanChannels.Content })
        {
            Assert.Contains($"{channel.Group4} and {channel.Group6}", _page, StringComparison.Ordinal);
            Assert.Contains($"| {channel.Port}", _page, StringComparison.Ordinal);
        }
    }

    // A line is bytes, two blanks, and what they are.
    static Dictionary<string, byte[]> Examples() => Example().Matches(_page).ToDictionary(
        match => match.Groups[1].Value,
        match => Convert.FromHexString(string.Concat(match.Groups[2].Value.Split('\n').Select(line => line.PadRight(48)[..48].Replace(" ", "", StringComparison.Ordinal)))));

    [GeneratedRegex("^```hex ([A-Z]+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
