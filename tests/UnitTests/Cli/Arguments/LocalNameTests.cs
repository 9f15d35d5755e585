using System.Text;
using Haul.Cli.Arguments;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>The name of a file whose URL is all that is known.</summary>
public sealed class LocalNameTests
{
    [Theory]
    [InlineData("http://a/b/file.iso", "file.iso")]
    [InlineData("http://a/file%20one.iso?x=/y#z", "file one.iso")]
    [InlineData("http://a/", "index.html")]
    [InlineData("http://a", "index.html")]
    [InlineData("http://a/b/", "index.html")]
    [InlineData("http://a/%2e%2e", "index.html")]
    [InlineData("http://a/%2E", "index.html")]
    [InlineData("http://a/..%2f..%2fetc%2fpasswd", ".._.._etc_passwd")]
    [InlineData("http://a/x%5cy", "x_y")]
    [InlineData("http://a/%1b%5b31mred%0a", "_[31mred_")]
    [InlineData("http://a/gpj.%E2%80%AEexe", "gpj._exe")]
    [InlineData("http://a/%00", "_")]
    [InlineData("http://a/%E6%96%87.txt", "文.txt")]
    public void It_is_the_last_part_of_the_path_and_nothing_but_a_name(string url, string name) => Assert.Equal(name, LocalName.Of(new Uri(url)));

    [Theory]
    [InlineData("x", ".iso")]
    [InlineData("文", ".tar")]
    [InlineData("😀", ".gz")]
    public void A_long_name_is_cut_to_what_file_systems_take_and_keeps_its_ending(string letter, string ending)
    {
        var name = LocalName.Of(new Uri("http://a/" + Uri.EscapeDataString(string.Concat(Enumerable.Repeat(letter, 300)) + ending)));

        Assert.InRange(Encoding.UTF8.GetByteCount(name), 245, 255);
        Assert.EndsWith(ending, name, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', name);
    }
}
