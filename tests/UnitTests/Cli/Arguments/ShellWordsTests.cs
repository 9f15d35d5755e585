using Haul.Cli.Arguments;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>Commands that are shown can be typed.</summary>
public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("plain/path-1.iso", "plain/path-1.iso")]
    [InlineData("http://a/b?c=d&e", "'http://a/b?c=d&e'")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    public void A_word_is_quoted_where_the_shell_would_not_take_it_as_it_is(string word, string quoted) => Assert.Equal(quoted, ShellWords.Quote(word));
}
