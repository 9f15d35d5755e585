using Haul.Cli.Arguments;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>Lists of files to fetch.</summary>
public sealed class FileListTests
{
    [Fact]
    public void A_line_is_a_url_or_a_url_and_a_name()
    {
        var files = FileList.Parse(new StringReader("http://a/1\n\n# no file\nhttp://a/2\tsub/two\r\n"), "list");

        Assert.Equal([new WantedFile("http://a/1"), new WantedFile("http://a/2", "sub/two")], files.Value!);
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("a\tb")]
    public void A_name_that_leaves_the_directory_is_refused(string name)
    {
        var files = FileList.Parse(new StringReader($"http://a/1\nhttp://a/2\t{name}"), "list");

        Assert.Contains("list, line 2", files.Failure!.Text, StringComparison.Ordinal);
    }
}
