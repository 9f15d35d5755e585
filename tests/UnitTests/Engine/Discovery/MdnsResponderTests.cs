using System.Net;
using Haul.Engine.Discovery;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>An agent says that it is there as RFC 6762 wants it, and no more often.</summary>
public sealed class MdnsResponderTests
{
    static readonly DnsMessage _question = DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr));

    readonly MdnsRig _rig = new();

    [Fact]
    public void Three_probes_and_three_announcements_then_quiet()
    {
        _rig.Responder.Change([MdnsRig.Lan], _rig.Now);

        var sent = _rig.Pass(600);

        Assert.Equal([false, false, false, true, true, true], sent.Select(one => one.Message.IsAnswer));
        Assert.InRange(sent[0].At, 0, 0.25);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1.75, 3.75], sent.Select(one => Math.Round(one.At - sent[0].At, 6)));
        Assert.All(sent, one => Assert.Equal(LanChannels.Presence.Group(System.Net.Sockets.AddressFamily.InterNetwork), one.Send.To));
        Assert.All(sent.Take(3), one => Assert.Equal([DnsType.Srv, DnsType.Txt, DnsType.A], one.Message.Authorities.Select(record => record.Type)));
        Assert.All(sent.Skip(3).SelectMany(one => one.Message.Answers), record => Assert.Equal(record is not PointerRecord, record.IsWhole));
    }

    [Fact]
    public void Both_versions_of_IP_and_all_interfaces_are_spoken_to()
    {
        _rig.Responder.Change([MdnsRig.Net(2, "eth0", "192.168.1.10/24", "fe80::1/64"), MdnsRig.Net(3, "eth1", "10.0.0.1/8")], _rig.Now);

        var announced = _rig.Pass(1.2).Where(one => one.Message.IsAnswer).ToList();

        Assert.Equal([(2, "224.0.0.251"), (2, "ff02::fb"), (3, "224.0.0.251")], announced.Select(one => (one.Send.InterfaceIndex, one.Send.To.Address.ToString())).Order());
        Assert.DoesNotContain(announced.Where(one => one.Send.InterfaceIndex == 3).SelectMany(one => one.Message.Answers), record => record is AddressRecord { Address: var a } && a.ToString().StartsWith("192", StringComparison.Ordinal));
    }

    [Fact]
    public void A_question_to_all_is_answered_in_a_moment_with_all_that_follows()
    {
        _rig.Settle();

        _rig.Hear(_question);
        var asked = _rig.Now.TotalSeconds;
        var (at, _, answer) = Assert.Single(_rig.Pass(30));

        Assert.InRange(at - asked, 0.020, 0.120);
        Assert.Equal(_rig.Records.Instance, Assert.IsType<PointerRecord>(Assert.Single(answer.Answers)).Target);
        Assert.Equal([DnsType.Srv, DnsType.Txt, DnsType.A], answer.Additionals.Select(record => record.Type));
    }

    [Fact]
    public void What_only_we_can_say_is_said_at_once()
    {
        _rig.Settle();

        _rig.Hear(DnsMessage.Question(new DnsQuestion(_rig.Records.Host, DnsType.A)));

        Assert.Equal(_rig.Now.TotalSeconds, Assert.Single(_rig.Pass(30)).At);
    }

    [Theory]
    [InlineData(PresenceRecords.OtherTtlSeconds, 0)]
    [InlineData(PresenceRecords.OtherTtlSeconds / 2, 0)]
    [InlineData(PresenceRecords.OtherTtlSeconds / 2 - 1, 1)]
    public void What_the_asker_knows_for_half_its_time_is_not_said(uint ttl, int answers)
    {
        _rig.Settle();

        _rig.Hear(_question with { Answers = [new PointerRecord(PresenceRecords.Service, ttl, false, _rig.Records.Instance)] });

        Assert.Equal(answers, _rig.Pass(30).Count);
    }

    [Fact]
    public void What_another_knows_is_said_all_the_same()
    {
        _rig.Settle();

        _rig.Hear(_question with { Answers = [new PointerRecord(PresenceRecords.Service, 4500, false, PresenceRecords.Service.Child("another"))] });

        Assert.Single(_rig.Pass(30));
    }

    [Fact]
    public void An_asker_with_more_to_say_is_waited_for()
    {
        _rig.Settle();
        _rig.Hear(_question with { IsTruncated = true });
        Assert.Empty(_rig.Pass(0.3));

        _rig.Hear(new DnsMessage(0, false, false, [], [new PointerRecord(PresenceRecords.Service, 4500, false, _rig.Records.Instance)], [], []));

        Assert.Empty(_rig.Pass(30));
    }

    [Fact]
    public void The_same_is_said_once_a_second_however_many_ask()
    {
        _rig.Settle();

        var sent = Enumerable.Range(0, 500).Sum(_ =>
        {
            _rig.Hear(_question);
            return _rig.Pass(0.01).Count;
        });

        Assert.InRange(sent, 4, 6);
    }

    [Fact]
    public void Whoever_asks_from_another_port_is_answered_alone_as_plain_DNS_has_it()
    {
        _rig.Settle();
        var asker = new IPEndPoint(MdnsRig.Neighbour.Address, 40_000);

        _rig.Hear(_question with { Id = 77 }, asker);
        var (_, send, answer) = Assert.Single(_rig.Pass(30));

        Assert.Equal((asker, 77, PresenceRecords.Service), (send.To, answer.Id, Assert.Single(answer.Questions).Name));
        Assert.All(answer.Answers.Concat(answer.Additionals), record => Assert.True(record is { TtlSeconds: <= 10, IsWhole: false }));
    }

    [Fact]
    public void Who_asks_alone_too_often_is_not_answered()
    {
        _rig.Settle();

        for (var i = 0; i < 1000; i++)
            _rig.Hear(_question, new IPEndPoint(MdnsRig.Neighbour.Address, 40_000));

        Assert.Equal(8, _rig.Pass(1).Count);
    }

    [Fact]
    public void Who_would_be_answered_alone_is_when_all_were_told_lately()
    {
        _rig.Settle();

        _rig.Hear(DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr, WantsUnicast: true)));
        Assert.Equal(MdnsRig.Neighbour, Assert.Single(_rig.Pass(1)).Send.To);

        _rig.Pass(PresenceRecords.OtherTtlSeconds / 4 + 1);
        _rig.Hear(DnsMessage.Question(new DnsQuestion(PresenceRecords.Service, DnsType.Ptr, WantsUnicast: true)));
        Assert.Equal(LanChannels.Presence.Group4, Assert.Single(_rig.Pass(1)).Send.To.Address);
    }

    [Fact]
    public void All_that_was_said_is_taken_back_in_the_end()
    {
        _rig.Settle();

        _rig.Responder.Leave();

        var (_, _, goodbye) = Assert.Single(_rig.Pass(0));
        Assert.Equal(5, goodbye.Answers.Count);
        Assert.All(goodbye.Answers, record => Assert.Equal(0u, record.TtlSeconds));
    }

    [Fact]
    public void What_was_never_said_is_not_taken_back()
    {
        _rig.Responder.Change([MdnsRig.Lan], _rig.Now);
        _rig.Pass(0.3);

        _rig.Responder.Leave();

        Assert.DoesNotContain(_rig.Pass(0), one => one.Message.IsAnswer);
    }

    [Fact]
    public void A_name_that_another_has_is_left_to_it()
    {
        var first = _rig.Records.Instance;
        _rig.Responder.Change([MdnsRig.Lan], _rig.Now);
        _rig.Pass(0.5);

        _rig.Hear(DnsMessage.Answer([new ServiceRecord(first, 120, true, DnsName.Of("another", "local"), 9)], []));
        var sent = _rig.Pass(10);

        Assert.Equal($"{MdnsRig.Self}-2", _rig.Records.Instance.Labels[0]);
        Assert.Equal([false, false, false, true, true, true], sent.Select(one => one.Message.IsAnswer));
        Assert.Contains(sent[^1].Message.Answers, record => record.Name.Equals(_rig.Records.Instance));
    }

    [Fact]
    public void A_name_that_we_have_is_asked_for_again_when_another_speaks_for_it()
    {
        _rig.Settle();
        var name = _rig.Records.Instance;

        _rig.Hear(DnsMessage.Answer([new ServiceRecord(name, 120, true, DnsName.Of("another", "local"), 9)], []));

        Assert.Equal([false, false, false, true, true, true], _rig.Pass(10).Select(one => one.Message.IsAnswer));
        Assert.Equal(name, _rig.Records.Instance);
    }

    [Fact]
    public void Our_own_words_are_no_conflict()
    {
        _rig.Responder.Change([MdnsRig.Lan, MdnsRig.Net(3, "wlan0", "192.168.1.11/24")], _rig.Now);
        for (var i = 0; i < 40; i++)
        {
            foreach (var (_, send, message) in _rig.Pass(0.1))
            {
                // Both interfaces are of one network.
                _rig.Hear(message, new IPEndPoint(MdnsRig.Lan.Addresses[0].Address, 5353), MdnsRig.Lan);
                _rig.Hear(message, new IPEndPoint(MdnsRig.Lan.Addresses[0].Address, 5353), MdnsRig.Net(3, "wlan0", "192.168.1.11/24"));
            }
        }
        _rig.Pass(10);

        Assert.Equal(MdnsRig.Self.ToString(), _rig.Records.Instance.Labels[0]);
        Assert.Empty(_rig.Pass(60));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(65_000, false)]
    public void Of_two_that_ask_for_a_name_at_once_the_greater_goes_on(ushort port, bool goesOn)
    {
        _rig.Responder.Change([MdnsRig.Lan], _rig.Now);
        var first = _rig.Pass(0.3)[0].At;
        var theirs = _rig.Records.Own.Select(record => record is ServiceRecord service ? service with { Port = port } : record);

        _rig.Hear(DnsMessage.Question(new DnsQuestion(_rig.Records.Instance, DnsType.Any)) with { Authorities = [.. theirs] });

        Assert.Equal(goesOn, _rig.Pass(20).First(one => one.Message.IsAnswer).At - first < 0.8);
    }

    [Fact]
    public void Names_are_taken_slower_when_each_is_disputed()
    {
        _rig.Responder.Change([MdnsRig.Lan], _rig.Now);
        var tries = 0;
        for (var i = 0; i < 1000; i++)
        {
            if (_rig.Pass(0.1).Count > 0 && ++tries > 0)
                _rig.Hear(DnsMessage.Answer([new ServiceRecord(_rig.Records.Instance, 120, true, DnsName.Of("another", "local"), 9)], []));
        }

        // In 100 seconds: 15 at once, and then one each 5 seconds.
        Assert.InRange(tries, 25, 40);
    }

    [Fact]
    public void A_new_day_s_tag_is_announced()
    {
        _rig.Settle();

        _rig.Responder.Tag("0badcafe", _rig.Now);
        var sent = _rig.Pass(60);

        Assert.Equal(3, sent.Count);
        Assert.All(sent, one => Assert.Equal("0badcafe", one.Message.Answers.OfType<TextRecord>().Single().Find("g")));
    }

    [Fact]
    public void An_address_that_changes_is_announced_and_an_interface_that_is_gone_not_spoken_to()
    {
        _rig.Settle();

        _rig.Responder.Change([MdnsRig.Net(2, "eth0", "192.168.1.77/24")], _rig.Now);
        var sent = _rig.Pass(60);
        Assert.Equal(3, sent.Count);
        Assert.Equal("192.168.1.77", sent[0].Message.Answers.OfType<AddressRecord>().Single().Address.ToString());

        _rig.Responder.Change([], _rig.Now);
        _rig.Hear(_question);
        Assert.Empty(_rig.Pass(60));
    }
}
