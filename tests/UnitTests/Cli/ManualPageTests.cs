using System.CommandLine;
using Haul.Cli;
using Haul.Cli.Output;

namespace Haul.UnitTests.Cli;

/// <summary>The pages of --help.</summary>
public sealed class ManualPageTests
{
    static readonly RootCommand _root = CommandLine.Build(new Terminal(), TimeProvider.System);

    public static TheoryData<string> Commands => [.. _root.Subcommands.Select(command => command.Name)];

    static string Page(string command, int width = 80) => ManualPage.Of(_root.Subcommands.Single(one => one.Name == command), width);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_every_section(string command)
    {
        var page = Page(command);

        foreach (var title in new[] { "NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES" })
            Assert.Contains($"{title}\n    ", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_and_argument_is_described(string command)
    {
        var symbols = _root.Subcommands.Single(one => one.Name == command);

        Assert.All(symbols.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        Assert.All(symbols.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), argument.Name));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public void Text_keeps_to_the_width(int width)
    {
        var text = Page("get", width).Split('\n').TakeWhile(line => line != "EXAMPLES").Where(line => line.Trim().Contains(' ', StringComparison.Ordinal));

        Assert.All(text.Where(line => !line.TrimStart().StartsWith('-') && !line.Contains("haul", StringComparison.Ordinal)), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void The_root_s_page_lists_every_command()
    {
        var page = ManualPage.Of(_root, 80);

        Assert.All(_root.Subcommands, command => Assert.Contains($"\n    {command.Name}\n", page, StringComparison.Ordinal));
    }
}
