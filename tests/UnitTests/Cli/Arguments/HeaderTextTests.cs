using Haul.Cli.Arguments;
using Haul.Protocol.Api;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>Request headers as they are given.</summary>
public sealed class HeaderTextTests
{
    [Theory]
    [InlineData("Accept: text/html", "Accept", "text/html")]
    [InlineData("X:a:b", "X", "a:b")]
    [InlineData("Empty:", "Empty", "")]
    public void A_header_is_a_name_a_colon_and_a_value(string text, string name, string value) => Assert.Equal(new Header(name, value), HeaderText.Parse(text));

    [Theory]
    [InlineData("no colon")]
    [InlineData(": value")]
    [InlineData("two words: value")]
    public void What_is_no_header_is_refused(string text) => Assert.Null(HeaderText.Parse(text));
}
