using CsCheck;
using Haul.Engine.Sources;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>What a server says of mirrors and descriptions is read, whatever it says.</summary>
public sealed class LinkHeaderTests
{
    static readonly Uri _from = new("http://origin.test/files/image.iso?x=1");

    [Fact]
    public void The_example_of_RFC_6249_is_read()
    {
        var links = LinkHeader.Read(
            """
            <http://www2.example.com/example.ext>; rel=duplicate; pri=1; pref, <ftp://ftp.example.com/example.ext>; rel=duplicate, <http://example.com/example.ext.torrent>; rel=describedby; type="application/x-bittorrent", <http://example.com/example.ext.meta4>; rel=describedby; type="application/metalink4+xml", <http://example.com/example.ext.asc>; rel=describedby; type="application/pgp-signature", <http://de.example.com/a>; rel=duplicate; pri=10; geo=DE
            """, _from);

        Assert.Equal(
            [
                new LinkHeader(new Uri("http://www2.example.com/example.ext"), "duplicate", null, 1, null),
                new LinkHeader(new Uri("http://example.com/example.ext.torrent"), "describedby", "application/x-bittorrent", 999_999, null),
                new LinkHeader(new Uri("http://example.com/example.ext.meta4"), "describedby", "application/metalink4+xml", 999_999, null),
                new LinkHeader(new Uri("http://example.com/example.ext.asc"), "describedby", "application/pgp-signature", 999_999, null),
                new LinkHeader(new Uri("http://de.example.com/a"), "duplicate", null, 10, "de"),
            ], links);
    }

    [Theory]
    [InlineData("<image.iso.meta4>", "http://origin.test/files/image.iso.meta4")]
    [InlineData("</m/image.meta4>", "http://origin.test/m/image.meta4")]
    [InlineData("<../a.meta4?b=c,d;e>", "http://origin.test/a.meta4?b=c,d;e")]
    [InlineData("<//ORIGIN.test/a>", "http://origin.test/a")]
    [InlineData("<https://elsewhere.test/a>", "https://elsewhere.test/a")]
    [InlineData("<http://elsewhere.test/a>", null)]
    [InlineData("<http://origin.test:8080/a>", null)]
    [InlineData("<//elsewhere.test/a>", null)]
    [InlineData("<http://user:pass@origin.test/a>", null)]
    [InlineData("<file:///etc/passwd>", null)]
    [InlineData("<ftp://origin.test/a>", null)]
    [InlineData("<http://>", null)]
    public void A_description_is_taken_of_the_same_host_or_by_TLS(string target, string? url) =>
        Assert.Equal(url, DescribedBy(_from, $"{target}; rel=describedby; type=\"application/metalink4+xml\"")?.ToString());

    [Fact]
    public void What_came_by_TLS_is_not_described_by_less() =>
        Assert.Null(DescribedBy(new Uri("https://origin.test/a"), "<http://origin.test/a.meta4>; rel=describedby; type=\"application/metalink4+xml\""));

    [Theory]
    [InlineData("<a>; rel=describedby; type=application/metalink4+xml", true)]
    [InlineData("<a>;rel=\"describedby\";type=\"application/metalink4+xml\"", true)]
    [InlineData("<a>; REL=DescribedBy; Type=\"Application/Metalink4+XML\"", true)]
    [InlineData("<a> ; rel = \"start describedby\" ; type = \"application/metalink4+xml\"", true)]
    [InlineData("<a>; title=\"one, <b>; rel=x, \\\" two\"; rel=describedby; type=\"application/metalink4+xml\"", true)]
    [InlineData(", ,<b>; rel=next,, <a>; rel=describedby; type=\"application/metalink4+xml\",", true)]
    [InlineData("<a>; rel=describedby; rel=next; type=\"application/metalink4+xml\"", true)]
    [InlineData("<a>; rel=next; rel=describedby; type=\"application/metalink4+xml\"", false)]
    [InlineData("<a>; rel=describedby; type=\"application/metalink4+xml\"; anchor=\"#b\"", false)]
    [InlineData("<a>; rel=describedby", false)]
    [InlineData("<a>; rel=describedby; type=\"application/metalink+xml\"", false)]
    [InlineData("<a>; rel=duplicate; type=\"application/metalink4+xml\"", false)]
    [InlineData("<a; rel=describedby; type=\"application/metalink4+xml\"", false)]
    [InlineData("a; rel=describedby; type=\"application/metalink4+xml\"", false)]
    [InlineData("<a>; rel=describedby; type=\"application/metalink4+xml", false)]
    [InlineData("<a>; rel=describedby; type=\"application/metalink4+xml\\", false)]
    [InlineData("<a> rel=describedby; type=\"application/metalink4+xml\"", false)]
    [InlineData("", false)]
    public void Only_what_is_well_said_is_taken(string text, bool isTaken) => Assert.Equal(isTaken, DescribedBy(_from, text) is not null);

    [Theory]
    [InlineData("pri=0; geo=deu", 999_999, null)]
    [InlineData("pri=-1; geo=d1", 999_999, null)]
    [InlineData("pri=99999999999999; geo=", 999_999, null)]
    [InlineData("pri=\"7\"; geo=\"Fr\"", 7, "fr")]
    public void A_mirror_s_priority_and_place_make_sense_or_are_none(string parameters, int priority, string? country)
    {
        var link = Assert.Single(LinkHeader.Read($"<a>; rel=duplicate; {parameters}", _from));

        Assert.Equal((priority, country), (link.Priority, link.Country));
    }

    [Fact]
    public void Several_headers_are_one_list() => Assert.NotNull(DescribedBy(_from, "<b>; rel=duplicate", "<a>; rel=describedby; type=\"application/metalink4+xml\""));

    [Fact]
    public void More_links_than_the_limit_are_left_out()
    {
        Assert.Equal(LinkHeader.LinksMax, LinkHeader.Read(string.Join(", ", Enumerable.Repeat("<a>; rel=duplicate", 500)), _from).Count);
        Assert.Equal(LinkHeader.LinksMax, LinkHeader.Read($"<a>; rel=\"{string.Join(' ', Enumerable.Range(0, 500))}\"", _from).Count);
    }

    [Fact]
    public void Headers_that_are_too_long_are_not_looked_at()
    {
        const string Link = "<a>; rel=duplicate; title=";
        Assert.Single(LinkHeader.Read(Link + new string('x', LinkHeader.TextMax - Link.Length), _from));
        Assert.Empty(LinkHeader.Read(Link + new string('x', LinkHeader.TextMax - Link.Length + 1), _from));
    }

    [Fact]
    public void Any_text_is_some_links_or_none() =>
        Gen.OneOf(Gen.Char["<>;,=\"\\ ar"], Gen.Char).Array[0, 60].Select(letters => new string(letters)).Sample(text => _ = LinkHeader.Read(text, _from), iter: 20_000);

    static Uri? DescribedBy(Uri from, params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers)
            response.Headers.TryAddWithoutValidation("Link", header);
        return LinkHeader.DescribedBy(response, from);
    }
}
